"""What a line says as an info line, its buttons left out and the labels added that only the markup gives."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.layout import called
from pipelines import byline
from pipelines.boilerplate import is_furniture
from pipelines.folding import fold
from pipelines.labels import LABELS, PEOPLE, cut
from pipelines.names import is_surely_person
from pipelines.sources import is_outlet

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.pages.layout import Layout, Line

_STAMP = re.compile(
    r"(?<!\d)(?:\d{4}|\d{2})\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)|\d{1,2}:\d{2}|\d+\s*(?:年|天|小时|分钟)前|[昨前今]天"
)
_COUNT = re.compile(r"[\W_]*[\d.,]*[万wWkK+]*次?[\W_]*")
_ADDRESS = re.compile(r"^(?:https?://|www\.)[\w./-]+\s+")
_BRACKETS = re.compile(r"[\s\[\]()（）【】]*")
"""What is left of `[打印] [关闭]` without the buttons."""

_PLAIN = re.compile(r"[^\W\d_][^\d:：|｜，。]{1,15}")
"""A name without a label, a count or a time."""

_LONGEST = 12
"""Characters of a name that has a line to itself."""

_COLONS = (":", "：")


def said_of(line: Line, sections: Collection[str] = ()) -> str:
    """Return what a line says as an info line: its words apart, without buttons, their counters and names of sections."""
    pieces = line.pieces
    if not any(is_furniture(piece) or piece in sections for piece in pieces):
        return _without_address(line.spaced if pieces else line.text)
    said: list[str] = []
    counts = False
    for piece in pieces:
        counts = is_furniture(piece) or (counts and _COUNT.fullmatch(piece) is not None)
        is_section = piece in sections and not (said and said[-1].endswith(_COLONS))
        if not (counts or is_section or _BRACKETS.fullmatch(piece)):
            said.append(piece)
    return _without_address(" ".join(said))


def _without_address(said: str) -> str:
    """Return the words without the site's own address, which some print before the time."""
    return _ADDRESS.sub("", said) if "://" in said or "www." in said else said


def told_of(layout: Layout, at: int, site: Collection[str] = (), sections: Collection[str] = ()) -> str:
    """Return what a line says as an info line, with the labels that only the markup gives.

    Args:
        layout: the page.
        at: the line.
        site: what the site calls itself, which without a label is the outlet.
        sections: the article's column, which some print in the info line too.
    """
    said = said_of(layout.lines[at], sections)
    own = [("Source", word) for word in said.split() if word in site]
    for call, words in (*calls_of(layout, at), *own):
        labelled = {piece.field for piece in cut(fold(said)) if piece.label}
        is_other = is_outlet(words) if LABELS[call] in PEOPLE else is_surely_person(words)
        if not (is_other or words in LABELS or LABELS[call] in labelled) and _PLAIN.fullmatch(words):
            said = said.replace(words, f"{call}:{words} |", 1)
    return said


def calls_of(layout: Layout, at: int) -> Sequence[tuple[str, str]]:
    """Return what the markup calls words of a line, or the whole line where it has a box to itself."""
    line = layout.lines[at]
    box = layout.boxes[line.box]
    call = called(box.words) if box.end - box.start == 1 else None
    return line.calls or ([(call, line.text)] if call else ())


def is_called(layout: Layout, at: int) -> bool:
    """Return whether a line is a name that the markup alone calls an author or an outlet."""
    text = layout.lines[at].text
    calls = calls_of(layout, at) if len(text) <= _LONGEST and _PLAIN.fullmatch(text) else ()
    return any(words == text for _, words in calls)


def has_stamp(text: str) -> bool:
    """Return whether a text prints a time, of whatever it may be."""
    return _STAMP.search(text) is not None


def tells_time(line: Line) -> bool:
    """Return whether a line of an info line prints when something was published, if only roughly."""
    said = said_of(line)
    return has_stamp(said) and byline.tells_time(said)
