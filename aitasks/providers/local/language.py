"""Plain language arithmetic: sentences, words, stems, ranking. No model, no data files; English first, other languages by plain counting.

Invariant: the same text gives the same result; a text of 200,000 characters takes well under a second.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by can
    could did do does doing don down during each few for from further had has have having he her here hers him his how i if
    in into is it its itself just me more most my no nor not now of off on once only or other our out over own same she
    should so some such than that the their them then there these they this those through to too under until up us very was
    we were what when where which while who whom whose why will with would you your please tell give much many long old kind
    sort type der die das und ist ein eine nicht mit von zu den im auf""".split()
)
_ABBREVIATIONS = re.compile(
    r"\b(?:mr|mrs|ms|dr|prof|st|no|vs|etc|e\.g|i\.e|approx|fig|inc|ltd|jan|feb|mar|apr|jun|jul|aug|sept|oct|nov|dec)\.$", re.IGNORECASE
)
_SUFFIXES = (
    "ations",
    "ation",
    "ingly",
    "ments",
    "ment",
    "ings",
    "ing",
    "edly",
    "ied",
    "ies",
    "ers",
    "est",
    "ed",
    "er",
    "ly",
    "es",
    "s",
    "e",
)
_IRREGULAR = {
    "wrote": "write", "written": "write", "opened": "open", "founded": "found", "built": "build", "made": "make", "said": "say",
    "went": "go", "gone": "go",
    "cost": "cost", "costs": "cost", "price": "cost", "prices": "cost", "began": "begin", "begun": "begin", "sold": "sell",
    "bought": "buy", "born": "birth",
    "led": "lead", "ran": "run", "running": "run", "men": "man", "women": "woman", "children": "child", "people": "person",
    "was": "be", "held": "hold", "shown": "show",
    "found": "find", "left": "leave", "won": "win", "gave": "give", "took": "take", "taken": "take", "grew": "grow", "grown": "grow",
    "died": "die",
}  # fmt: skip


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text; line breaks that end a paragraph or a list item end a sentence too."""
    sentences: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*•#]|\d+[.)]\s))", text.replace("\r\n", "\n")):
        part = ""
        for piece in re.split(r"(?<=[.!?。!?])[\"'”\u2019)\]]*\s+", " ".join(paragraph.split())):
            part = f"{part} {piece}".strip()
            if not _ABBREVIATIONS.search(part):
                sentences.append(part)
                part = ""
        sentences.append(part)
    return [sentence for sentence in sentences if re.search(r"\w", sentence)]


def split_words(text: str) -> list[str]:
    """Return the words in lower case, numbers included."""
    return re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)?", text.lower())


def stem(word: str) -> str:
    """Return a word without its usual English endings, so that "opens" meets "opening"."""
    word = word.replace("\u2019", "'").removesuffix("'s")
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" else word


def get_terms(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word) for word in split_words(text) if word not in STOPWORDS]


def rank_bm25(query: Sequence[str], documents: Sequence[Sequence[str]]) -> list[float]:
    """Return how well each document (a list of terms) matches the query: Okapi BM25 with k1 = 1.2, b = 0.6."""
    frequency = Counter(term for document in documents for term in set(document))
    average = sum(map(len, documents)) / max(len(documents), 1) or 1.0
    scores = []
    for document in documents:
        counts = Counter(document)
        length = 0.4 + 0.6 * len(document) / average
        scores.append(
            sum(
                log(1 + (len(documents) - frequency[term] + 0.5) / (frequency[term] + 0.5))
                * counts[term]
                * 2.2
                / (counts[term] + 1.2 * length)
                for term in set(query)
                if counts[term]
            )
        )
    return scores


def summarise(text: str, *, sentences: int) -> list[str]:
    """Return the sentences that say most, in the text's order; what is already said counts less."""
    found = split_sentences(text)
    if len(found) <= sentences:
        return found
    terms = [get_terms(sentence) for sentence in found]
    weight = Counter(term for each in terms for term in set(each))
    chosen: list[int] = []
    covered: Counter[str] = Counter()
    while len(chosen) < sentences:
        scores = [
            (
                sum(weight[term] / (1 + 2 * covered[term]) for term in set(each)) / (len(each) + 4) ** 0.6 * (1.25 if number == 0 else 1.0),
                -number,
            )
            for number, each in enumerate(terms)
        ]
        best = max((score for number, score in enumerate(scores) if number not in chosen))
        chosen.append(-best[1])
        covered.update(set(terms[-best[1]]))
    return [found[number] for number in sorted(chosen)]


def find_keywords(text: str, *, count: int) -> list[str]:
    """Return the words that carry most, as they are written most often, the weightiest first; pairs that stand together count as one."""
    words = split_words(text)
    forms: dict[str, Counter[str]] = {}
    for word in words:
        if word not in STOPWORDS and len(word) > 2 and not word[0].isdigit():
            forms.setdefault(stem(word), Counter())[word] += 1
    order = {key: place for place, key in enumerate(forms)}
    pairs = Counter(pair for pair in pairwise(words) if stem(pair[0]) in forms and stem(pair[1]) in forms)
    ranked = sorted(forms, key=lambda key: (-sum(forms[key].values()) * (1 + min(len(key), 12) / 24), order[key]))
    phrases = [" ".join(pair) for pair, times in pairs.most_common(3) if times >= 2]
    inside = {stem(word) for phrase in phrases for word in phrase.split()}
    return [*phrases, *(forms[key].most_common(1)[0][0] for key in ranked if key not in inside)][:count]
