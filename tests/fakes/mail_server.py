"""A mail server on loopback: takes letters over real SMTP, with a sign-in, and keeps what it was told."""

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a port of its own; ``letters`` are whole messages, ``commands`` what clients said before them."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters: list[bytes] = []
        self.commands: list[str] = []

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.server_address[1])


class Conversation(socketserver.StreamRequestHandler):
    """One client: enough of RFC 5321 and RFC 4954 for any library."""

    server: MailServer

    def handle(self) -> None:
        """Answer commands until the client leaves."""
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            self.server.commands.append(line)
            if verb == "EHLO":
                self.say("250-fake", "250 AUTH PLAIN")
            elif verb == "AUTH":
                self.server.commands[-1] = base64.b64decode(line.split(" ")[2]).decode().replace("\0", "|")
                self.say("235 welcome")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.letters.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, *lines: str) -> None:
        """Send lines."""
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server as long as a ``with`` block lasts."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
