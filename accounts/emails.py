"""How mail addresses are compared: one normal form, so that case and compatible characters make no second account.

Limits go by a coarser form. Two accounts may differ by an accent, but whoever guesses must not get a fresh limit for each accent.
"""

import unicodedata

EMAIL_CHARACTERS_MAX = 254
FOLDED_CHARACTERS_MAX = 150


def normalise(email: str) -> str:
    """Return the address in the form in which it is stored and looked up."""
    return unicodedata.normalize("NFKC", email.strip()).lower()


def fold(email: str) -> str:
    """Return the address in the form by which limits count: without accents and what else no eye tells apart, cut to a limit's length."""
    apart = unicodedata.normalize("NFKD", email.strip()).casefold()
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", apart) if unicodedata.category(sign) not in {"Mn", "Me", "Cf"})
    return plain[:FOLDED_CHARACTERS_MAX]
