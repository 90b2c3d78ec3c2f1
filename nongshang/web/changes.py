"""What changed between two texts: whole paragraphs, and the characters within one."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "old", "new"]
Piece = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph in pieces: kept, only in the old text, only in the new."""

    pieces: tuple[Piece, ...]


def changes(old: str, new: str) -> list[Paragraph]:
    """The paragraphs of both texts in reading order."""
    before, after = old.split("\n"), new.split("\n")
    told: list[Paragraph] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            told += [Paragraph((("same", line),)) for line in before[a:b]]
        else:
            pairs = zip_longest(before[a:b], after[c:d], fillvalue="")
            told += [Paragraph(tuple(_within(one, other))) for one, other in pairs]
    return told


def _within(old: str, new: str) -> Iterator[Piece]:
    for _, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[a:b] == new[c:d]:
            yield "same", old[a:b]
            continue
        if old[a:b]:
            yield "old", old[a:b]
        if new[c:d]:
            yield "new", new[c:d]
