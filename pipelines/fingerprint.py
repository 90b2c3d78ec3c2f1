"""When two texts say the same: folding for comparison, the digest of a story, and its fingerprint. Pure.

A fingerprint is a handful of keys under which the archive looks for texts in much the same words, and the
comparison itself, made only with those few.
"""

import hashlib
import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import mul

from pipelines.difference import Sentences, differences
from storage.article import Difference, Likeness

# Marks that NFKC leaves in two widths. Folded for comparison only: the archive keeps what was printed.
_PUNCTUATION = str.maketrans("。、《》〈〉【】〔〕「」『』“”‘’—–−·•～", '.,<><>[][]""""""\'\'---··~')

_WORD = re.compile(r"\w+")

SHINGLE = 3
"""Characters of a shingle, the unit texts are compared by."""

BANDS, ROWS = 40, 3
"""A text has `BANDS` keys of `ROWS` minima each: of two that share half of their shingles 97 % have two keys
in common, of two that share a twentieth one in a hundred thousand. Its headline is one more key."""

SHORTEST = 100
"""Characters of words below which a text says too little to be told by its wording."""

MOST_SHARED, LEAST_SHARED = 0.6, 0.35
"""What one of two texts must hold of the other, and the other of it, to be an edited form of it: a copy
cut by two fifths with a note added stands at 0.6, a story quoted in a round-up below the second bound."""


def fold(text: str) -> str:
    """The text as it is compared: width, case, quotes and white space aside.

    >>> fold("农商行 ＡＢＣ，“支农”") == fold('农商行abc,"支农"')
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PUNCTUATION)
    return "".join(folded.split())


def content_hash(body: str) -> str:
    """SHA-256 (hexadecimal) of the folded body: two pages with one are one story, whatever their headline."""
    return hashlib.sha256(fold(body).encode()).hexdigest()


_WIDE_MARKS = dict(zip("，：；！？（）％", ",:;!?()%", strict=True))


def _plain(text: str) -> str:
    """One width and one case. The commonest marks go first: then most texts need no more, and that is quick."""
    for wide, narrow in _WIDE_MARKS.items():
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text).casefold()


def _words(text: str) -> str:
    """Punctuation and white space left out. Joining what is kept is quicker than cutting out the rest."""
    return "".join(_WORD.findall(text)).replace("_", "")


class Fingerprint:
    """What a text is found and compared by."""

    def __init__(self, title: str, body: str) -> None:
        self._title = _plain(title)
        self._body = _plain(body)
        self._compared: dict[tuple[str, str], Likeness] = {}

    def compare(self, title: str, body: str) -> Likeness:
        """How another text stands to this one; the answer is the same the other way round."""
        # A stage looks before the archive files, and both ask.
        if (title, body) not in self._compared:
            self._compared[title, body] = compare(self, Fingerprint(title, body))
        return self._compared[title, body]

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The keys the archive files the text under; none for a text too short to be told by its wording."""
        if len(self._runs) <= SHORTEST - SHINGLE:
            return ()
        return (*_keys(self._runs), *_headline_key(self._title))

    @cached_property
    def shingles(self) -> frozenset[int]:
        """Each run of three characters of the body as one number, punctuation and white space left out."""
        return frozenset(self._runs)

    @cached_property
    def _runs(self) -> tuple[int, ...]:
        return _runs_of_characters(_words(self._body))

    @cached_property
    def sentences(self) -> Sentences:
        """Headline and body, to lay beside another's."""
        return Sentences(f"{self._title}\n{self._body}")


def compare(one: Fingerprint, other: Fingerprint, *, thoroughly: bool = False) -> Likeness:
    """Measure what two texts share, and judge what differs.

    Args:
        one: a text.
        other: another; the verdict is the same the other way round.
        thoroughly: name everything that differs; the first thing is enough for the verdict.
    """
    shared = len(one.shingles & other.shingles)
    sizes = len(one.shingles), len(other.shingles)
    ours, theirs = (shared / (size or 1) for size in sizes)
    similarity = 2 * shared / (sum(sizes) or 1)
    if max(ours, theirs) < MOST_SHARED or min(ours, theirs) < LEAST_SHARED:
        return Likeness("unlike", similarity, (ours, theirs))
    found = _differences(one, other)
    differing = tuple(dict.fromkeys(found if thoroughly else islice(found, 1)))
    return Likeness("separate" if differing else "near", similarity, (ours, theirs), differing)


def _differences(one: Fingerprint, other: Fingerprint) -> Iterator[Difference]:
    """What differs, looked for from one end always, so that it is the same both ways."""
    if one.sentences.text <= other.sentences.text:
        yield from differences(one.sentences, other.sentences)
    else:
        for found in differences(other.sentences, one.sentences):
            yield Difference(found.kind, found.theirs, found.ours)


def _headline_key(title: str) -> Iterator[int]:
    """A story reworked all over shares few keys of its words, but most often its headline."""
    if words := _words(title):
        yield int(content_hash(words)[:_HEX_DIGITS], 16)


_HEX_DIGITS = 15  # fit a signed integer of 64 bits
_PRIME = 10**9 + 7  # no power of two but the first few leaves a small rest: every character counts
_BINS = BANDS * ROWS
_WIDTH = _PRIME // _BINS + 1
_LARGE_PRIME = (1 << 61) - 1
_WEIGHTS = tuple(pow(0x2545F491, power, _LARGE_PRIME) for power in range(3, ROWS + 3))


def _runs_of_characters(words: str) -> tuple[int, ...]:
    """A number is written down in eight bytes: three characters in UTF-16, and two bytes that stay empty.

    All the first characters are put in their places at once, then all the second ones, then all the third ones.
    """
    written = words.encode("utf-16-le", "surrogatepass")
    count = max(len(written) // 2 - SHINGLE + 1, 0)
    numbers = bytearray(8 * count)
    for place in range(2 * SHINGLE):
        numbers[place::8] = written[place : place + 2 * count : 2]
    return struct.unpack(f"<{count}Q", numbers)


def _keys(runs: Iterable[int]) -> tuple[int, ...]:
    """One-permutation MinHash: runs shuffled and dealt into bins, the least of each bin, a key for a band.

    Divided by a prime a number leaves a rest that is as good as shuffled, and small: quick to sort into bins.
    """
    least = [_PRIME] * _BINS
    for run in runs:
        rest = run % _PRIME
        number = rest // _WIDTH
        if rest < least[number]:  # noqa: PLR1730 - min() takes twice as long
            least[number] = rest
    bands = zip(*[_filled(least)] * ROWS, strict=True)
    return tuple(sum(map(mul, band, _WEIGHTS), number) % _LARGE_PRIME for number, band in enumerate(bands))


def _filled(least: list[int]) -> Iterator[int]:
    """An empty bin takes the value of the last before it that is not, the first ones that of the last of all."""
    value = next(value for value in reversed(least) if value < _PRIME)
    for held in least:
        if held < _PRIME:
            value = held
        yield value
