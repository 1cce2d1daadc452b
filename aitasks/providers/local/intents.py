"""``text2intent``: the first step of ``text2text``. Rules over words find out what is wanted; the result is JSON for the second step.

Intents: ``greet``, ``calculate``, ``summarise``, ``keywords``, ``rewrite``, ``translate``, ``answer``, ``abilities``, ``chat``.
Invariant: every text has exactly one intent; the rules are tried in a fixed order.
"""

import re
from collections.abc import Iterator

from aitasks.providers.local import sums, texts
from aitasks.providers.local.edits.texts import WISHES
from aitasks.providers.local.errors import SourceMissing
from aitasks.providers.port import Event, Progress, StepResult, Work

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|greetings|thanks|thank you|bye|goodbye|how are you)\b", re.IGNORECASE
)
_ABILITIES = re.compile(
    r"\b(?:what can you do|who are you|what are you|help|how do you work|are you (?:an? )?(?:ai|llm|bot|human|language model))\b",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"\b(?:summari[sz]e|summary|tl;?dr|main points?|in short|in brief|gist)\b", re.IGNORECASE)
_KEYWORDS = re.compile(r"\bkey ?(?:words?|terms?|phrases?)\b|\btopics?\b|\btags?\b", re.IGNORECASE)
_TRANSLATE = re.compile(r"\btranslat", re.IGNORECASE)
_QUESTION = re.compile(
    r"^\W*(?:who|what|when|where|why|which|how|is|are|was|were|does|do|did|can|could|will|whose|whom)\b|\?\s*$", re.IGNORECASE
)
_NUMBER = re.compile(r"\b(\d{1,3})\s+(?:sentences?|key ?words?|points?|words?|topics?|tags?)", re.IGNORECASE)
_INLINE = re.compile(r"^(?P<wish>[^\n:]{3,120})(?::|\n)\s*(?P<text>\S.{19,})$", re.DOTALL)


def run(work: Work) -> Iterator[Event]:
    """Find out what is wanted, and hand it on."""
    source = texts.read_text(work.source) if work.source else ""
    prompt = work.prompt
    yield Progress(10)
    if not prompt.strip() and not source.strip():
        raise SourceMissing("There is neither a prompt nor a source. Write what you want into the prompt.")
    wish, material = split(prompt, source)
    yield Progress(50)
    yield StepResult({"intent": classify(wish, material), "wish": wish, "material": material, "count": read_count(wish)})
    yield Progress(100)


def split(prompt: str, source: str) -> tuple[str, str]:
    """Return what is wanted and the text to do it with; a single text may hold both ("Summarise: …")."""
    if prompt.strip() and source.strip():
        return prompt.strip(), source
    only = (prompt if prompt.strip() else source).strip()
    both = _INLINE.match(only)
    if both and (
        _says_rewrite(both["wish"]) or _KEYWORDS.search(both["wish"]) or _SUMMARY.search(both["wish"]) or _TRANSLATE.search(both["wish"])
    ):
        return both["wish"].strip(), both["text"]
    return only, ""


def classify(wish: str, material: str) -> str:
    """Return the intent of a wish."""
    if _TRANSLATE.search(wish):
        return "translate"
    if sums.find(wish):
        return "calculate"
    if material:
        if _SUMMARY.search(wish):
            return "summarise"
        if _KEYWORDS.search(wish):
            return "keywords"
        return "rewrite" if _says_rewrite(wish) and not wish.rstrip().endswith("?") else "answer"
    if _ABILITIES.search(wish):
        return "abilities"
    if _GREETING.search(wish):
        return "greet"
    return "answer" if _QUESTION.search(wish) else "chat"


def read_count(wish: str) -> int:
    """Return the number of sentences or words that a wish names, or 0."""
    stated = _NUMBER.search(wish)
    return int(stated[1]) if stated else 0


def _says_rewrite(wish: str) -> bool:
    return any(each.pattern.search(wish) for each in WISHES)
