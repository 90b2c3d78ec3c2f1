"""Where the landmarks of a page are looked for, one after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.pages.breadcrumb import Breadcrumb, find_breadcrumb
from crawler.pages.compare import fold
from crawler.pages.fingerprints import find_fingerprint
from crawler.pages.furniture import furniture_boxes, misnamed_body
from crawler.pages.headline import Headline, find_headline, headline_over, site_names, with_neighbours
from crawler.pages.infoline import InfoLines, find_info
from crawler.pages.marks import Landmarks
from crawler.pages.region import find_region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.layout import Layout


def find_landmarks(layout: Layout, page_title: str) -> Landmarks:
    """Return the landmarks of a page; the headline's certainty says how much they are worth."""
    furniture = furniture_boxes(layout)
    trail = find_breadcrumb(layout)
    infos = InfoLines(layout.lines)
    sites = site_names(page_title)
    headline = find_headline(layout, page_title, infos, furniture, trail)
    if not headline.lines and (headline.title in {"", *sites} or _names_section(page_title, trail)):
        headline = _over_mass(layout, headline, infos, trail, furniture)
    info = find_info(layout, infos, headline.lines, trail.lines)
    if headline.lines:
        headline = with_neighbours(layout, headline, page_title, info, trail)
        info = tuple(at for at in info if at not in headline.lines)
        furniture = _without_misnamed(layout, furniture, headline, info)
    template = find_fingerprint(layout)
    if template and headline.lines and layout.holds(template.headline, headline.lines.stop - 1):
        headline = replace(headline, rule=f"fingerprint:{template.fingerprint.name}", certainty=1.0)
    return Landmarks(headline, info, trail.without(headline.title, sites), furniture, template)


def _names_section(page_title: str, trail: Breadcrumb) -> bool:
    """Return whether the `title` element ends in the name of a section, as it may on every page of a site."""
    return any(fold(page_title).endswith(fold(step)) for step in trail.steps if len(step) > 1)


def _over_mass(
    layout: Layout, headline: Headline, infos: InfoLines, trail: Breadcrumb, furniture: tuple[bool, ...]
) -> Headline:
    """Return the headline over the text mass of a page whose `title` element names the site alone."""
    region = find_region(layout, Landmarks(headline, (), (), furniture))
    return headline_over(layout, headline, region.first, infos, trail.lines) if region else headline


def _without_misnamed(
    layout: Layout, furniture: tuple[bool, ...], headline: Headline, info: Sequence[int]
) -> tuple[bool, ...]:
    """Return the furniture without the boxes whose name misleads: round the headline, or right below it the text."""
    box = layout.lines[headline.lines.start].box
    around = frozenset(layout.around(box)) if furniture[box] else frozenset()
    if around:
        furniture = furniture_boxes(layout, around)
    start = max((headline.lines.stop, *(at + 1 for at in info if at >= headline.lines.stop)))
    body = misnamed_body(layout, furniture, start)
    return furniture_boxes(layout, {*around, *body}) if body else furniture
