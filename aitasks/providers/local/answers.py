"""``inspire``: finds the sentences of the context that answer a question and quotes them; says so when there are none.

It stands by itself because ``extract`` and ``text2text`` answer questions the same way. Invariant: every word of an answer is quoted from
the context, except for the fixed phrases below; nothing is made up.
"""

import re
from collections.abc import Iterator

from aitasks.providers.local import language, texts
from aitasks.providers.local.errors import SourceMissing
from aitasks.providers.port import Event, Progress, Work

NO_CONTEXT = "There is no context to answer from. Put the text that holds the answer into the prompt."
NO_ANSWER = "The context does not answer this question."
NEAREST = " The nearest passage says: "
COVER_MIN = 0.45
"""Part of the question's weight that a passage must share. Chosen on the questions of the tests: below it, passages were about something
else."""

_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?|noon|midnight|morning|evening"
_HINTS = {
    "when": re.compile(rf"\b\d{{1,4}}\b|\b(?:{_MONTHS}|{_DAYS}|{_NUMBERS})\b", re.IGNORECASE),
    "how many": re.compile(rf"\d|\b(?:{_NUMBERS}|hundred|thousand|million|dozen)\b", re.IGNORECASE),
    "how much": re.compile(r"\d"),
    "who": re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+|\bby\b"),
    "where": re.compile(r"\b(?:in|at|near|on|from|to)\s+(?:the\s+)?[A-Z]|\b(?:street|road|city|river|north|south|east|west)\b"),
    "why": re.compile(r"\b(?:because|since|due to|so that|in order to|therefore|reason)\b", re.IGNORECASE),
}
"""What a sentence that answers such a question usually holds."""


def run(work: Work) -> Iterator[Event]:
    """Answer the question (source) from the context (prompt), sentence by sentence."""
    question = texts.read_source(work).strip()
    if not question:
        raise SourceMissing("The question is empty. Write it into the source.")
    yield Progress(5)
    yield from texts.deliver(work, answer(question, work.prompt, sentences=int(work.parameters["sentences"])), percent=5)


def answer(question: str, context: str, *, sentences: int) -> Iterator[str]:
    """Return the answer in pieces: quoted sentences in the context's order, or an honest refusal."""
    found = language.split_sentences(context)
    if not found:
        yield NO_CONTEXT
        return
    query = language.get_terms(question)
    if not query:
        yield from _quote(language.summarise(context, sentences=sentences))
        return
    scores, cover = _score(question, query, found)
    best = max(range(len(found)), key=lambda number: scores[number])
    if cover[best] < COVER_MIN:
        yield NO_ANSWER
        if scores[best] > 0:
            yield from (f"{NEAREST if number == 0 else ' '}{piece}" for number, piece in enumerate(_quote([found[best]])))
        return
    good = [number for number in range(len(found)) if scores[number] >= 0.7 * scores[best] and cover[number] >= COVER_MIN]
    chosen = sorted(sorted(good, key=lambda number: -scores[number])[:sentences])
    yield from _quote([found[number] for number in chosen])


def _quote(sentences: list[str]) -> Iterator[str]:
    for number, sentence in enumerate(sentences):
        yield f'{" " if number else ""}"{sentence}"'


def _score(question: str, query: list[str], sentences: list[str]) -> tuple[list[float], list[float]]:
    """Return each sentence's score and the part of the question's weight that it (or, less, its neighbour before) shares."""
    terms = [language.get_terms(sentence) for sentence in sentences]
    base = language.rank_bm25(query, terms)
    weights = {term: 1 / (1 + sum(term in each for each in terms)) + 0.25 for term in query}
    total = sum(weights.values())
    hint = next((pattern for words, pattern in _HINTS.items() if re.search(rf"\b{words}\b", question.lower())), None)
    scores, cover = [], []
    for number, sentence in enumerate(sentences):
        before = set(terms[number - 1]) if number else set()
        shared = sum(weight if term in terms[number] else weight * 0.45 if term in before else 0 for term, weight in weights.items())
        cover.append(shared / total if set(terms[number]) & set(query) else 0.0)
        helpful = 1.35 if hint and hint.search(sentence) else 1.0
        asks = 0.5 if sentence.endswith("?") else 1.0
        scores.append((base[number] + (0.3 * base[number - 1] if number and base[number] else 0)) * helpful * asks)
    return scores, cover
