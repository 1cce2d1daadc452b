"""What a person recognises a sign-in by: the program and system that a ``User-Agent`` names. Plain facts, no Django.

Only these two words are kept: enough to tell one's telephone from a stranger's, too little to follow anybody by.
"""

PROGRAMS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"), ("curl/", "curl"), ("python", "a Python program"), ("node", "a Node program"), ("okhttp", "an Android app"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def describe_client(user_agent: str) -> str:
    """Return words such as ``Firefox on Linux``, or nothing for a client that does not say."""
    program = next((name for sign, name in PROGRAMS if sign.lower() in user_agent.lower()), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return f"{program} on {system}" if program and system else program or system
