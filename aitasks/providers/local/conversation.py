"""``chat``: replies by rules to what was said: greets, calculates, rewrites, and answers from what the conversation itself holds.

It stands by itself because a conversation has a memory where the other features have a source. Invariants: it says what it is when asked;
what it tells as a fact is quoted from the person's own words; each piece of the reply is counted before it is sent, so that a reply that is
broken off costs what was sent of it.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence

from aitasks.providers.local import answers, intents, language, texts, writing
from aitasks.providers.local.writing import Intent
from aitasks.providers.port import Delta, Event, Media, Output, Progress, Usage, Work

CHARACTER_SECONDS = 0.0015
"""How fast a reply is said: ahead of a reader, and slow enough to be stopped."""
PAUSE_SECONDS_MAX = 0.15
SENTENCES_MAX = 3
ABOUT = (
    "I am a set of rules, not a language model: this installation has no model configured for chat. I remember what you write here and can "
    "answer questions from it, summarise it, list its keywords, rewrite a text (upper, lower or title case, bullet points, sorted lines, "
    "redacted e-mails) and work out sums."
)
TRY = "Tell me something and ask me about it, or give me a text after a wish, such as “Summarise: …”."
NOTED = "Noted. Ask me about it whenever you like."
NOTHING_SAID = "You have not told me anything about that yet, and I have no knowledge of my own. Write it here and ask again."
NOT_SAID = "Nothing you have written here answers that, and I have no knowledge of my own."

_FACTS_ABOUT_ME = re.compile(r"\b(?:what|which) (?:do|did) (?:you|i) (?:know|remember|say|said|tell|told)\b", re.IGNORECASE)


def run(work: Work) -> Iterator[Event]:
    """Reply to the prompt, piece by piece."""
    counted, left = texts.count_input(work), int(work.parameters["maxCharacters"])
    sent: list[str] = []
    yield Progress(5)
    for whole in reply(work.prompt.strip(), work.context.get("messages", ())[:-1]):
        piece = whole[:left]
        if not piece:
            break
        sent.append(piece)
        counted, left = counted + len(piece), left - len(piece)
        yield Usage(counted)
        yield Delta(piece)
        time.sleep(min(len(piece) * CHARACTER_SECONDS, PAUSE_SECONDS_MAX))
    yield Usage(counted)
    yield Output(0, Media(type="text/plain", text="".join(sent)))


def reply(message: str, before: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Return the reply to ``message`` in pieces; ``before`` are the turns so far, oldest first."""
    said = [turn["content"] for turn in before if turn["role"] == "user"]
    wish, material = intents.split(message, "")
    name = intents.classify(wish, material)
    if name in {"greet", "abilities"}:
        return texts.split_words_apart(_introduce(wish, name, is_first=not before))
    if name in {"calculate", "translate"} or material:
        return writing.WRITERS[name](Intent(name=name, wish=wish, material=material, count=intents.read_count(wish)))
    return _from_memory(wish, said)


def _from_memory(wish: str, said: Sequence[str]) -> Iterator[str]:
    """Do what is wanted with what was said before."""
    memory = _recall(said)
    name = intents.classify(wish, memory or wish)
    if _FACTS_ABOUT_ME.search(wish):
        name = "summarise"
    is_question = intents.classify(wish, "") == "answer"
    if name == "answer" and not is_question:
        return texts.split_words_apart(f"{NOTED} {'' if memory else TRY}".strip())
    if not memory:
        return texts.split_words_apart(NOTHING_SAID)
    if name == "answer":
        return _answer(wish, memory)
    material = _last_text(said) if name == "rewrite" else memory
    return writing.WRITERS[name](Intent(name=name, wish=wish, material=material, count=intents.read_count(wish)))


def _introduce(wish: str, name: str, *, is_first: bool) -> str:
    if name == "abilities":
        return f"{ABOUT} {TRY}"
    if re.match(r"\W*thank", wish, re.IGNORECASE):
        return "You are welcome."
    if re.match(r"\W*(?:bye|goodbye)", wish, re.IGNORECASE):
        return "Goodbye. This conversation stays here until you delete it."
    return f"Hello. {ABOUT} {TRY}" if is_first else "Hello again. What would you like to know?"


def _answer(question: str, memory: str) -> Iterator[str]:
    pieces = list(answers.answer(question, memory, sentences=SENTENCES_MAX))
    if pieces[0] == answers.NO_ANSWER:
        return texts.split_words_apart(NOT_SAID)
    return texts.split_words_apart(f"You wrote: {''.join(pieces)}")


def _recall(said: Sequence[str]) -> str:
    """Return what was told: the statements of earlier messages, without questions, greetings and wishes."""
    told = []
    for message in said:
        wish, material = intents.split(message.strip(), "")
        if material:
            told.append(material)
        elif intents.classify(wish, "") == "chat" and intents.classify(wish, wish) == "answer":
            told += [sentence for sentence in language.split_sentences(wish) if not sentence.endswith("?")]
    return "\n\n".join(told)


def _last_text(said: Sequence[str]) -> str:
    """Return the last thing that was told, to be rewritten."""
    return next((memory for message in reversed(said) if (memory := _recall([message]))), "")
