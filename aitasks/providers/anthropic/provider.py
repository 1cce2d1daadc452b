"""The provider's front: which steps it does, and with which model.

The SDK, which takes half a second to import, is loaded by the first work: a web process, which only asks, never pays for it.
"""

from aitasks.providers.offers import Front, Method

PLAIN = ("text/*",)
SEEN = ("image/png", "image/jpeg", "image/webp", "image/gif", "application/pdf")

METHODS = (
    Method(step="inspire", target="text", sources=PLAIN, module="messages"),
    Method(step="intent2text", target="text", sources=("", *PLAIN), module="messages"),
    Method(step="transform", target="text", sources=PLAIN, module="messages"),
    Method(step="chat", target="text", sources=("",), module="messages"),
    Method(step="extract", target="text", sources=SEEN, module="messages"),
)


class Anthropic(Front):
    """A server that speaks the Messages API."""

    kind = "anthropic"
    methods = METHODS
