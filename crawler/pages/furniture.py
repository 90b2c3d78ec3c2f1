"""Which boxes of a page hold its furniture, told by their tag or a whole word of their class or id."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.boilerplate import NOISE_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.pages.layout import Layout

_TAGS = frozenset(("nav", "footer", "aside", "form"))


def furniture_boxes(layout: Layout, headline: Collection[int] = ()) -> tuple[bool, ...]:
    """Return for each box whether it, or a box round it, holds furniture by its name.

    A box with most of the page's plain text, or round the headline, is no furniture, whatever
    it is called: some templates put the whole page into one form, call the body `print`, or
    write the article's tags into its class.

    Args:
        layout: the page.
        headline: the boxes round the headline, once it is known.
    """
    plain = (len(line.text) * (1 - line.link_share) if line.kind == "text" else 0.0 for line in layout.lines)
    sums = [0.0, *accumulate(plain)]
    furniture: list[bool] = []
    for index, box in enumerate(layout.boxes):
        if index in headline:
            furniture.append(False)
            continue
        named = box.tag in _TAGS or not NOISE_WORDS.isdisjoint(box.words)
        small = (sums[box.end] - sums[box.start]) * 2 <= sums[-1]
        furniture.append((box.parent >= 0 and furniture[box.parent]) or (named and small))
    return tuple(furniture)
