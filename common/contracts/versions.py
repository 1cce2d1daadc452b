"""The API's own version, and which versions of it are deprecated (G-7).

The version follows semantic versioning (https://semver.org): the settings, the OpenAPI document and the newest section of ``CHANGELOG.md``
carry it, and its first number is the one in the path, ``/api/v1``. A change that breaks a client is a new number in a new path.
"""

from common.contracts.deprecation import Deprecation

API_VERSION = "1.0.0"

DEPRECATED_VERSIONS: dict[str, Deprecation] = {}
"""Deprecated versions by the prefix of their paths, such as ``"/api/v1/"``; an endpoint's own declaration goes before its version's."""


def find_version_deprecation(path: str) -> Deprecation | None:
    """Return the declaration of the version that ``path`` belongs to, if that is deprecated."""
    return next((deprecation for prefix, deprecation in DEPRECATED_VERSIONS.items() if path.startswith(prefix)), None)
