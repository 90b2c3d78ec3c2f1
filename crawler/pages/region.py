"""Which lines of the page are the article's own: the box round them, and where they begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.boilerplate import ends_article, is_furniture

if TYPE_CHECKING:
    from crawler.pages.landmarks import Landmarks
    from crawler.pages.layout import Layout, Line

_SENTENCE = re.compile(r"[。，；！？：、,;!?…”]")
_LINKED = 0.6
_PARAGRAPH = 40
_ANCHOR = 4.0
_HEAD = 14
"""Lines between a headline and the end of its info line."""


@dataclass(frozen=True, slots=True)
class Region:
    """The body region: lines `first` to `end` of one box."""

    box: int
    first: int
    end: int
    rule: str
    certainty: float


def find_region(layout: Layout, marks: Landmarks) -> Region | None:
    """Return the body region, or None where nothing on the page reads like an article."""
    start = _start(marks)
    worth = _worths(layout, marks, start)
    sums = [0.0, *accumulate(worth)]

    def total(box: int) -> float:
        inside = layout.boxes[box]
        return sums[inside.end] - sums[max(inside.start, min(start, inside.end))]

    boxes = range(len(layout.boxes))
    anchor = next((at for at in range(start, len(worth)) if worth[at] > _ANCHOR), None)
    if anchor is None:
        return None
    chain = list(layout.around(layout.lines[anchor].box))
    outer = max(chain, key=total) if marks.headline.lines else 0
    around = layout.boxes[outer]
    inside = [
        b
        for b in boxes
        if layout.boxes[b].start >= around.start and layout.boxes[b].end <= around.end and b >= outer
    ]
    box = max(inside, key=total)
    chosen = layout.boxes[box]
    first = max(chosen.start, start)
    end = _end(layout, first, chosen.end, worth)
    return Region(
        box, first, end, "landmarks" if marks.headline.lines else "text-mass", marks.headline.certainty
    )


def _start(marks: Landmarks) -> int:
    """Return the first line that may be body: after the headline, and an info line under it."""
    stop = marks.headline.lines.stop if marks.headline.lines else 0
    for at in marks.info:
        if stop <= at < stop + _HEAD:
            stop = at + 1
    return stop


def _worths(layout: Layout, marks: Landmarks, start: int) -> list[float]:
    """Return for each line how much it speaks for a region that holds it."""
    trust = 1.0
    worth: list[float] = []
    for index, line in enumerate(layout.lines):
        if index < start:
            worth.append(0.0)
            continue
        value = _worth(line, quiet=marks.furniture[line.box])
        if value < 0:
            trust = max(0.1, trust * 0.8)
        else:
            value *= trust
            if value > _PARAGRAPH:
                trust = min(1.0, trust * 1.3)
        worth.append(value)
    return worth


def _worth(line: Line, *, quiet: bool) -> float:
    if line.kind != "text":
        return 0.0 if quiet else 8.0
    length = len(line.text)
    if is_furniture(line.text):
        return -30.0
    if line.link_share > _LINKED:
        return -10.0 - min(length, 100) * 0.5
    if quiet:
        return -10.0
    plain = min(length, 200) * (1 - line.link_share)
    return plain if _SENTENCE.search(line.text) else min(plain, 40) * 0.4


def _end(layout: Layout, first: int, end: int, worth: list[float]) -> int:
    """Return where the article ends: at what opens its surroundings, if no paragraph follows that."""
    last_paragraph = first - 1
    homes: set[int] = set()
    for index in range(first, end):
        if worth[index] >= _PARAGRAPH and layout.lines[index].kind == "text":
            home = layout.boxes[layout.lines[index].box].parent
            if (
                not homes
                or home in homes
                or not any(ends_article(layout.lines[at].text) for at in range(last_paragraph + 1, index))
            ):
                homes.add(home)
                last_paragraph = index
    for index in range(max(first, last_paragraph + 1), end):
        if layout.lines[index].kind == "text" and ends_article(layout.lines[index].text):
            return index
    return end
