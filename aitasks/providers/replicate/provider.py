"""The provider's front: which steps it does, and with which model.

The SDK, which takes half a second to import, is loaded by the first work, so that a web process, which only asks, never pays for it.
"""

from aitasks.providers.offers import Front, Method

IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")
PLAIN = ("text/*",)

METHODS = (
    Method(step="imagine", target="image", sources=("",), module="predictions"),
    Method(step="imagine", target="sound", sources=("",), module="predictions"),
    Method(step="imagine", target="speech", sources=("",), module="predictions"),
    Method(step="transform", target="image", sources=IMAGES, module="predictions"),
    Method(step="extract", target="text", sources=IMAGES, module="predictions"),
    Method(step="inspire", target="text", sources=PLAIN, module="predictions"),
    Method(step="intent2text", target="text", sources=("", *PLAIN), module="predictions"),
    Method(step="transform", target="text", sources=PLAIN, module="predictions"),
)


class Replicate(Front):
    """Models at Replicate; what each does is in its row. Closing the work cancels the prediction."""

    kind = "replicate"
    methods = METHODS
