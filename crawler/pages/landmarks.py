"""What the body is looked for by: furniture, breadcrumb, headline and info line of a page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.pages.breadcrumb import find_breadcrumb
from crawler.pages.fingerprints import Match, find_fingerprint
from crawler.pages.furniture import furniture_boxes
from crawler.pages.headline import Headline, find_headline, site_names, with_neighbours
from crawler.pages.infoline import find_info, info_lines

if TYPE_CHECKING:
    from crawler.pages.layout import Layout


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The landmarks of a page, as indexes into its lines and boxes."""

    headline: Headline
    info: tuple[int, ...]
    """The lines that make up the info line."""

    crumbs: tuple[str, ...]
    """The trail as printed, without the article itself."""

    furniture: tuple[bool, ...]
    """For each box, whether it holds furniture by its name."""

    template: Match | None = None
    """The template the page is known to be made with."""


def find_landmarks(layout: Layout, page_title: str) -> Landmarks:
    """Return the landmarks of a page; the headline's certainty says how much they are worth."""
    furniture = furniture_boxes(layout)
    trail = find_breadcrumb(layout)
    infos = info_lines(layout)
    headline = find_headline(layout, page_title, infos, furniture, trail.lines)
    info = find_info(layout, infos, headline.lines, trail.lines)
    if headline.lines:
        headline = with_neighbours(layout, headline, page_title, info, trail)
        info = tuple(at for at in info if at not in headline.lines)
        box = layout.lines[headline.lines.start].box
        if furniture[box]:  # then its name misled
            furniture = furniture_boxes(layout, frozenset(layout.around(box)))
    template = find_fingerprint(layout)
    if template and headline.lines and layout.holds(template.headline, headline.lines.stop - 1):
        headline = replace(headline, rule=f"fingerprint:{template.fingerprint.name}", certainty=1.0)
    return Landmarks(
        headline, info, trail.without(headline.title, site_names(page_title)), furniture, template
    )
