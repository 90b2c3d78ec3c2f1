"""Which boxes of a page hold its furniture, told by their tag or a whole word of their class or id."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.boilerplate import NOISE_WORDS

if TYPE_CHECKING:
    from crawler.pages.layout import Layout

_TAGS = frozenset(("nav", "footer", "aside", "form"))


def furniture_boxes(layout: Layout) -> tuple[bool, ...]:
    """Return for each box whether it, or a box round it, holds furniture by its name.

    A box with most of the page's plain text is no furniture, whatever it is called: some
    templates put the whole page into one form, or call the body `print`.
    """
    plain = (len(line.text) * (1 - line.link_share) if line.kind == "text" else 0.0 for line in layout.lines)
    sums = [0.0, *accumulate(plain)]
    furniture: list[bool] = []
    for box in layout.boxes:
        named = box.tag in _TAGS or not NOISE_WORDS.isdisjoint(box.words)
        small = (sums[box.end] - sums[box.start]) * 2 <= sums[-1]
        furniture.append((box.parent >= 0 and furniture[box.parent]) or (named and small))
    return tuple(furniture)
