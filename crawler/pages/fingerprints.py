"""Templates known by the names of their boxes, before anything is weighed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.pages.layout import Layout


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The classes or ids of the three boxes that, in this order, tell one template."""

    name: str
    headline: str
    info: str
    body: str


STOCK = Fingerprint("stock", headline="title_info", info="info_text", body="text")
"""The article page EmpireCMS ships, the same from 6.6 to 8.0; most sites built on it keep these names."""


@dataclass(frozen=True, slots=True)
class Match:
    """A template found on a page, with its boxes."""

    fingerprint: Fingerprint
    headline: int
    body: int


def find_fingerprint(layout: Layout, fingerprint: Fingerprint = STOCK) -> Match | None:
    """Return where the template's boxes are, or None where one is missing, empty or out of order."""
    start = 0
    found: list[int] = []
    for name in (fingerprint.headline, fingerprint.info, fingerprint.body):
        boxes = enumerate(layout.boxes)
        box = next((at for at, box in boxes if name in box.names and box.end > box.start >= start), None)
        if box is None:
            return None
        start = layout.boxes[box].start
        found.append(box)
    headline, info, body = found
    return Match(fingerprint, headline, body) if layout.boxes[info].end <= layout.boxes[body].start else None
