"""When two texts say the same: folding for comparison, the digest of a story, and its fingerprint. Pure.

A fingerprint is a handful of keys under which the archive looks for texts in much the same words, and the
comparison itself, made only with those few.
"""

import hashlib
import re
import struct
import unicodedata
from functools import cached_property
from zlib import crc32

from pipelines.difference import Sentences, differences
from storage.article import Difference, Likeness

# Marks that NFKC leaves in two widths. Folded for comparison only: the archive keeps what was printed.
_PUNCTUATION = str.maketrans("。、《》〈〉【】〔〕「」『』“”‘’—–−·•～", '.,<><>[][]""""""\'\'---··~')

_NOT_WORD = re.compile(r"[\W_]+")

SHINGLE = 4
"""Characters of a shingle, the unit texts are compared by."""

_BYTES = 2  # of one character in UTF-16

BANDS, ROWS = 48, 3
"""A text has `BANDS` keys of `ROWS` minima each: of two that share half of their shingles 99.8 % share a key,
of two that share a twentieth 0.6 % do."""

SHORTEST = 100
"""Characters of words below which a text says too little to be told by its wording."""

MOST_SHARED, LEAST_SHARED = 0.6, 0.35
"""What one of two texts must hold of the other, and the other of it, to be an edited form of it: a copy
cut by two fifths with a note added stands at 0.6, a story quoted in a round-up below the second bound."""


def fold(text: str) -> str:
    r"""The text as it is compared: width, case, quotes and white space aside.

    >>> fold("农商行 ＡＢＣ，“支农”") == fold("农商行abc,\\"支农\\"")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_PUNCTUATION)
    return "".join(folded.split())


def content_hash(body: str) -> str:
    """SHA-256 (hexadecimal) of the folded body: two pages with one are one story, whatever their headline."""
    return hashlib.sha256(fold(body).encode()).hexdigest()


class Fingerprint:
    """What a text is found and compared by."""

    def __init__(self, title: str, body: str) -> None:
        self._title = unicodedata.normalize("NFKC", title).casefold()
        self._body = unicodedata.normalize("NFKC", body).casefold()
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
        if len(self.shingles) <= SHORTEST - SHINGLE:
            return ()
        minima = _minima(self.shingles)
        return tuple(_key(band, minima[band * ROWS : (band + 1) * ROWS]) for band in range(BANDS))

    @cached_property
    def shingles(self) -> frozenset[int]:
        """A number for each run of characters of the body, punctuation and white space left out."""
        words = _NOT_WORD.sub("", self._body).encode("utf-16-le", "surrogatepass")
        size = SHINGLE * _BYTES
        return frozenset(crc32(words[i : i + size]) for i in range(0, len(words) - size + 1, _BYTES))

    @cached_property
    def sentences(self) -> Sentences:
        """Headline and body, to lay beside another's."""
        return Sentences(f"{self._title}\n{self._body}")


def compare(one: Fingerprint, other: Fingerprint) -> Likeness:
    """Measure what two texts share, and judge what differs."""
    shared = len(one.shingles & other.shingles)
    sizes = len(one.shingles), len(other.shingles)
    held = tuple(shared / size if size else 0.0 for size in sizes)
    similarity = 2 * shared / (sum(sizes) or 1)
    if max(held) < MOST_SHARED or min(held) < LEAST_SHARED:
        return Likeness("unlike", similarity, (held[0], held[1]))
    differing = _differences(one, other)
    return Likeness("separate" if differing else "near", similarity, (held[0], held[1]), differing)


def _differences(one: Fingerprint, other: Fingerprint) -> tuple[Difference, ...]:
    """What differs, found from one end always, so that the verdict is the same both ways."""
    if one.sentences.text <= other.sentences.text:
        return differences(one.sentences, other.sentences)
    return tuple(
        Difference(found.kind, found.theirs, found.ours)
        for found in differences(other.sentences, one.sentences)
    )


_BINS = BANDS * ROWS
_MULTIPLIER, _PRIME = 0x9E3779B97F4A7C15, (1 << 61) - 1


def _minima(shingles: frozenset[int]) -> list[int]:
    """One-permutation MinHash: shingles shaken and dealt into bins, the least of each bin.

    An empty bin takes the value of the next one that is not.
    """
    shaken = sorted([shingle * _MULTIPLIER % _PRIME for shingle in shingles], reverse=True)
    # Of several values for one bin the last, which is the least, stays.
    least = {value % _BINS: value for value in shaken}
    minima = []
    value = least[min(least)]
    for bin_number in range(_BINS - 1, -1, -1):
        value = least.get(bin_number, value)
        minima.append(value)
    return minima


def _key(band: int, minima: list[int]) -> int:
    told = struct.pack(f">{ROWS + 1}Q", band, *minima)
    key: int = struct.unpack(">q", hashlib.blake2b(told, digest_size=8).digest())[0]
    return key
