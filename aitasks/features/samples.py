"""Small sources that the examples carry, so that every example works as it stands."""

from collections.abc import Mapping

IMAGE: Mapping[str, object] = {
    "type": "image",
    "data": {
        "type": "image/png",
        "src": (
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAFUlEQVR42mO8Wc7GgA0wMeAAg1MCABBuAWYk3HqSAAAAAElFTkSuQmCC"
        ),
    },
}
"""A PNG of 8 x 8 orange pixels."""
