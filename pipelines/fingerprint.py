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

_NOT_WORD = re.compile(r"[\W_]+")

SHINGLE = 3
"""Characters of a shingle, the unit texts are compared by."""

_LANES = 4
_HELD = (1 << 16 * SHINGLE) - 1  # of a number that is four characters in UTF-16

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
    def _runs(self) -> list[int]:
        return _runs_of_characters(_NOT_WORD.sub("", self._body))

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
    if words := _NOT_WORD.sub("", title):
        yield int(content_hash(words)[:_HEX_DIGITS], 16)


_HEX_DIGITS = 15  # fit a signed integer of 64 bits
_PRIME = 10**9 + 7  # no power of two but the first few leaves a small rest: every character counts
_BINS = BANDS * ROWS
_WIDTH = _PRIME // _BINS + 1
_LARGE_PRIME = (1 << 61) - 1
_WEIGHTS = tuple(pow(0x2545F491, power, _LARGE_PRIME) for power in range(3, ROWS + 3))


def _runs_of_characters(words: str) -> list[int]:
    """Four characters in UTF-16 are eight bytes, which is how a number is written down; the last is left out.

    Divided by a prime it leaves a rest that is as good as shuffled, and small: quick to sort into bins.
    """
    written = words.encode("utf-16-le", "surrogatepass")
    count = len(written) // 2 - SHINGLE + 1
    written += bytes(2 * _LANES)
    numbers: list[int] = []
    for start in range(min(_LANES, count)):
        inside = (count - start + _LANES - 1) // _LANES
        numbers += struct.unpack_from(f"<{inside}Q", written, 2 * start)
    return [(number & _HELD) % _PRIME for number in numbers]


def _keys(shingles: Iterable[int]) -> tuple[int, ...]:
    """One-permutation MinHash: shingles dealt into bins, the least of each bin, a key for a band."""
    least = [_PRIME] * _BINS
    for shingle in shingles:
        number = shingle // _WIDTH
        if shingle < least[number]:  # noqa: PLR1730 - min() takes twice as long
            least[number] = shingle
    bands = zip(*[_filled(least)] * ROWS, strict=True)
    return tuple((sum(map(mul, band, _WEIGHTS)) + number) % _LARGE_PRIME for number, band in enumerate(bands))


def _filled(least: list[int]) -> Iterator[int]:
    """An empty bin takes the value of the last before it that is not, the first ones that of the last of all."""
    value = next(value for value in reversed(least) if value < _PRIME)
    for held in least:
        if held < _PRIME:
            value = held
        yield value
