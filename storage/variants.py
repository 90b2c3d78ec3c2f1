"""One spelling for searching: width, case, and simplified or traditional characters aside.

Each character is folded by itself, so what stands in a text stands, folded, in the folded text: a search
for any piece of it finds it. Folding is for the index and the question; what is stored and what is shown
is what was printed.
"""

import unicodedata
from functools import cache

from opencc import OpenCC

_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
"""Where traditional characters are found in Unicode."""


class _Folding(dict[int, str]):
    """What each character folds to, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).casefold()
        self[code] = folded = "".join(map(_simplified, plain))
        return folded


def fold(text: str) -> str:
    """The text as it is searched.

    >>> fold("農商銀行ＡＢＣ")
    '农商银行abc'
    """
    return text.translate(_FOLDING)


def place_in_printed(text: str, at: int) -> int:
    """Where in the printed text the character stands that folds to the `at`-th character of the folded.

    The two differ only where one character folds to several, as `㎡` does to `m2`.
    """
    folded = 0
    for place, character in enumerate(text):
        folded += len(_FOLDING[ord(character)])
        if folded > at:
            return place
    return len(text)


def _simplified(character: str) -> str:
    return _traditional().get(character, character)


@cache
def _traditional() -> dict[str, str]:
    """The simplified form of each traditional character; made once, in less than a tenth of a second."""
    characters = [chr(code) for start, end in _HAN for code in range(start, end)]
    # A line each: OpenCC reads whole words, and here a character must not depend on its neighbours.
    simplify = OpenCC("t2s").convert
    converted = simplify(simplify("\n".join(characters))).split("\n")
    return {old: new for old, new in zip(characters, converted, strict=True) if old != new}


_FOLDING = _Folding()
