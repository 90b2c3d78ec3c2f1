"""Which boxes of a page hold its furniture, told by their tag or a whole word of their class or id."""

from __future__ import annotations

import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from pipelines.boilerplate import NOISE_WORDS, is_furniture

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.pages.layout import Layout, Line

_TOLD = re.compile(r"[。，；！？]")
_SENTENCE, _NEAR = 15, 4
_LINKED = 0.3
_TAGS = frozenset(("nav", "footer", "aside", "form"))


def furniture_boxes(layout: Layout, article: Collection[int] = ()) -> tuple[bool, ...]:
    """Return for each box whether it, or a box round it, holds furniture by its name.

    A box with most of the page's plain text, or round the headline, is no furniture, whatever
    it is called: some templates put the whole page into one form, call the body `print`, or
    write the article's tags into its class.

    Args:
        layout: the page.
        article: the boxes round headline and body whose names mislead, once they are known.
    """
    plain = [len(line.text) * (1 - line.link_share) if line.kind == "text" else 0.0 for line in layout.lines]
    sums = [0.0, *accumulate(plain)]
    furniture: list[bool] = []
    for index, box in enumerate(layout.boxes):
        if index in article:
            furniture.append(False)
        elif box.parent >= 0 and furniture[box.parent]:
            furniture.append(True)
        elif box.tag in _TAGS or not NOISE_WORDS.isdisjoint(box.words):
            furniture.append((sums[box.end] - sums[box.start]) * 2 <= sums[-1])
        else:
            furniture.append(False)
    return tuple(furniture)


def misnamed_body(layout: Layout, furniture: Sequence[bool], start: int) -> tuple[int, ...]:
    """Return the boxes of the text right below the headline, should their names call it furniture.

    Some templates call the body `footer` or `comment`. The box is taken for the body if it
    tells something, or is nothing but pictures, and nothing beside it tells more.

    Args:
        layout: the page.
        furniture: what the names say.
        start: the line after headline and info line.
    """
    lines, boxes = layout.lines, layout.boxes
    at = _first_told(layout, furniture, start)
    below = (
        [box for box in layout.around(lines[at].box) if boxes[box].start >= start] if at is not None else []
    )
    if not below:
        return ()
    body = below[-1]
    end = boxes[body].end
    beside = lines[end : boxes[boxes[body].parent].end]
    told = _length_told(lines[at:end])
    if told < _length_told(beside) or (not told and any(line.kind == "text" for line in lines[at:end])):
        return ()
    return tuple(box for box in range(body, len(boxes)) if boxes[box].start < end)


def is_buttons(line: Line) -> bool:
    """Return whether a line is furniture as it stands, or as its tags part it: `<b>A+</b><b>A-</b>`."""
    if is_furniture(line.text):
        return True
    pieces = line.pieces
    return bool(pieces) and all(map(is_furniture, pieces))


def _first_told(layout: Layout, furniture: Sequence[bool], start: int) -> int | None:
    """Return the first line below that tells something or shows a picture, if all up to it is called furniture."""
    for at in islice(range(start, len(layout.lines)), _NEAR):
        line = layout.lines[at]
        if line.kind == "text" and is_buttons(line):
            continue
        if not furniture[line.box]:
            return None
        if line.kind != "text" or _tells(line):
            return at
    return None


def _length_told(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines if _tells(line))


def _tells(line: Line) -> bool:
    return (
        line.kind == "text"
        and len(line.text) >= _SENTENCE
        and line.link_share < _LINKED
        and _TOLD.search(line.text) is not None
        and not is_furniture(line.text)
    )
