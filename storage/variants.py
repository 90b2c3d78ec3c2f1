"""One spelling for searching: width, case, and simplified or traditional characters aside.

Each character is folded by itself, so what stands in a text stands, folded, in the folded text: a search
for any piece of it finds it. Folding is for the index and the question; what is stored and what is shown
is what was printed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from opencc import OpenCC

_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
"""Where traditional characters are found in Unicode."""

_FOLDED = ((0x41, 0x3400), (0xA000, 0xAC00), (0xF900, 0x11A00), (0x16E00, 0x1FC00), (0x2F800, 0x2FA20))
"""Where capitals are, and characters that are another way to write others."""


def fold(text: str) -> str:
    """The text as it is searched.

    >>> fold("農商銀行ＡＢＣ")
    '农商银行abc'
    """
    folding = _folding()
    return _any_of_folded().sub(lambda found: folding.get(found[0], found[0]), text)


def fold_for(text: str, asked: Iterable[str]) -> str:
    """The text folded, or as printed where these folded words stand in both alike: that is told sooner.

    >>> fold_for("ABC工会", ["工会"]), fold_for("ABC工會", ["工会"])
    ('ABC工会', 'abc工会')
    """
    return fold(text) if any(other in text for word in asked for other in _others(word)) else text


def place_in_printed(text: str, at: int) -> int:
    """Where in the printed text the character stands that folds to the `at`-th character of the folded.

    The two differ only where one character folds to several, as `㎡` does to `m2`.
    """
    folding = _folding()
    folded = 0
    for place, character in enumerate(text):
        folded += len(folding.get(character, character))
        if folded > at:
            return place
    return len(text)


def respelt(text: str) -> Iterator[int]:
    """The places of letters and digits that another program, which knows capitals only, would not fold so.

    >>> list(respelt("A股農業２"))
    [2, 3, 4]
    """
    folding = _folding()
    for found in _any_of_respelt().finditer(text):
        if _is_respelt(found[0], folding.get(found[0], found[0])):
            yield found.start()


def _is_respelt(character: str, folded: str) -> bool:
    return folded not in {character, character.lower()} and any(map(str.isalnum, folded))


@cache
def _folding() -> Mapping[str, str]:
    """What each character that changes folds to; made once, in about a tenth of a second."""
    characters = list(_characters(_FOLDED))
    # A line each, here and below: no character must depend on its neighbours.
    plain = unicodedata.normalize("NFKC", "\n".join(characters)).casefold()
    traditional = _traditional()
    folded = plain.translate({ord(old): new for old, new in traditional.items()}).split("\n")
    pairs = zip(characters, folded, strict=True)
    return {**traditional, **{old: new for old, new in pairs if old != new}}


def _traditional() -> dict[str, str]:
    """The simplified form of each traditional character."""
    characters = list(_characters(_HAN))
    simplify = OpenCC("t2s").convert
    converted = simplify(simplify("\n".join(characters))).split("\n")
    return {old: new for old, new in zip(characters, converted, strict=True) if old != new}


def _characters(ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    return (chr(code) for start, end in ranges for code in range(start, end))


@lru_cache(maxsize=1000)
def _others(word: str) -> Sequence[str]:
    """The characters that fold to a letter of the word, or to several with one of them."""
    return [old for old, new in _folding().items() if not set(word).isdisjoint(new)]


# Looking for what changes is twice as fast as asking each character of a text what it becomes.


@cache
def _any_of_folded() -> re.Pattern[str]:
    return _any_of(_folding())


@cache
def _any_of_respelt() -> re.Pattern[str]:
    return _any_of(old for old, new in _folding().items() if _is_respelt(old, new))


def _any_of(characters: Iterable[str]) -> re.Pattern[str]:
    # Those of the upper planes are too rare to be told apart: each would be looked for by itself.
    few = "".join(re.escape(character) for character in characters if character <= "\uffff")
    return re.compile(f"[{few}\U00010000-\U0010ffff]")
