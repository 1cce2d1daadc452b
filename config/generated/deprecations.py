"""``docs/deprecations.md``: what is deprecated and until when it works, from the declarations in the code."""

from common.contracts.endpoints import DeprecatedEndpoint, list_deprecated
from common.contracts.versions import API_VERSION, DEPRECATED_VERSIONS
from config.generated import NOTICE, table

INTRODUCTION = """# Deprecations

What is deprecated keeps working, with critical fixes, until its sunset at least, which is six months or more after the notice. Every
reply of it says so in the headers `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link`, and it is marked in the OpenAPI document.
Whoever called it in the last 90 days is told by mail. [Versions](versions.md) tells how a deprecation is declared."""
NOTHING = "Nothing is deprecated at the moment: every endpoint of the API is here to stay."


def render() -> str:
    """Return the page."""
    current = f"The API's version is {API_VERSION}."
    versions = [DeprecatedEndpoint(f"everything below {prefix}", deprecation) for prefix, deprecation in DEPRECATED_VERSIONS.items()]
    rows = [row(endpoint) for endpoint in [*versions, *list_deprecated()]]
    body = table(["endpoint", "deprecated since", "works until", "use instead", "how to move"], rows) if rows else NOTHING
    parts = [NOTICE, INTRODUCTION, current, body]
    return "\n\n".join(parts) + "\n"


def row(endpoint: DeprecatedEndpoint) -> list[str]:
    """Return an endpoint's line."""
    notice = endpoint.deprecation
    successor = f"`{notice.successor}`" if notice.successor else "–"
    return [f"`{endpoint.name}`", str(notice.since), str(notice.sunset), successor, f"<{notice.guide}>"]
