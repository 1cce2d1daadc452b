"""``chat``: one reply in a conversation. What was said so far comes with the call (P-1.1), as the step's context: this floor keeps nothing.

It has no route of its own: a conversation is a thing of contract G, and ``chat`` sells it. What was said before is read, not counted: the
price covers the new message and the reply.
"""

from aitasks.feature import Feature, Price
from aitasks.features import units

MESSAGE_CHARACTERS_MAX = 20_000


class ChatParameters(units.TextParameters):
    """How long the reply may be."""


CHAT = Feature(
    name="chat",
    title="Chat",
    summary="Replies to a message in a conversation.",
    parameters=ChatParameters,
    prices={"text": Price(credits=1, per=units.CHARACTERS_PER_CREDIT, unit="character", units_max=units.count_text_max)},
    prompt_required=True,
    prompt_characters_max=MESSAGE_CHARACTERS_MAX,
    streams=("text",),
    examples=(
        {"prompts": {"prompt": "Hello, who are you?"}, "target": {"type": "text"}},
        {"prompts": {"prompt": "What is 12 * (3 + 4.5)?"}, "target": {"type": "text"}, "stream": True},
    ),
    public=False,
)
