"""All contracts, and which one speaks at a path: the longest prefix wins."""

from common.contracts.application import APPLICATION
from common.contracts.dialect import Dialect
from common.contracts.exchange import EXCHANGE
from common.contracts.gateway import GATEWAY
from common.contracts.marketplace import MARKETPLACE
from common.contracts.openai import OPENAI
from common.contracts.platform import PLATFORM

DIALECTS: tuple[Dialect, ...] = (GATEWAY, PLATFORM, MARKETPLACE, APPLICATION, OPENAI, EXCHANGE)
_BY_PREFIX = sorted(((prefix, dialect) for dialect in DIALECTS for prefix in dialect.prefixes), key=lambda pair: -len(pair[0]))


def find_dialect(path: str) -> Dialect | None:
    """Return the contract that speaks at ``path``, or None where pages live."""
    for prefix, dialect in _BY_PREFIX:
        if path == prefix.rstrip("/") or (path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix) :] == "/")):
            return dialect
    return None
