"""Why a fetch was refused or failed: one class per reason.

A message says which rule was broken and what to do. It never holds a resolved address, a query string, credentials or what
``SAFE_FETCH_ALLOW`` contains, so it can be shown to whoever gave the URL.
"""

from common import errors


class UrlRefused(errors.Invalid):
    """The URL, or one that it redirects to, is not one that we fetch; ``rule`` is the short name of the rule in docs/safe-fetch.md."""

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


class NotWhatItClaims(errors.Invalid):
    """The content is not what its name, its headers or the caller say it is."""


class DownloadTooLarge(errors.Oversized):
    """The content has more bytes than the caller allows."""

    def __init__(self, *, bytes_max: int) -> None:
        super().__init__(f"The file is larger than {bytes_max} bytes. Offer a smaller one.")
        self.bytes_max = bytes_max


class DownloadFailed(errors.Invalid):
    """The host could not be reached or did not answer as it should; ``permanent`` says that another try would be wasted.

    ``status`` is what the host answered with, where that was the reason.
    """

    def __init__(self, message: str, *, permanent: bool, status: int | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.status = status


class TookTooLong(DownloadFailed):
    """A time limit passed: of one wait, or of the whole exchange."""

    def __init__(self) -> None:
        super().__init__("The host took too long. Try again, or use a faster host.", permanent=False)
