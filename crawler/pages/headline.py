"""引题, 主题, 副题: the lines that make up the headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.pages.compare import fold
from pipelines.boilerplate import is_furniture
from pipelines.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.pages.breadcrumb import Breadcrumb
    from crawler.pages.layout import Layout, Line

_LONGEST = 120
_TELLING = 6
"""Characters of a text that no section or site shares by chance."""

_KICKER = 4
"""Characters of the shortest kicker: 本网专访."""

_HEADING_WEIGHTS = (0, 30, 24, 16, 10, 8, 8)
_FLOOR = 30.0
_SURE = 80.0
_LINKED = 0.6
_FEW = 3
_LEVELS = 3
"""Boxes between a headline and the one it shares with its kicker."""

_DASHED = re.compile(r"\s*[-–—―─]")
_LABELLED = re.compile(rf"(?:{'|'.join(sorted(LABELS, key=len, reverse=True))})[\s\u3000]*[:：]")
_SITE_PART = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]+\s+|--+|——(?=[^—]*$)|(?<=\S)-(?=[^-]*(?:网|网站|频道|新闻|银行|公司|联社|CMS|cms)$)"
)


@dataclass(frozen=True, slots=True)
class Headline:
    """The heading of the article, and the lines it takes."""

    title: str
    lines: range
    """Empty where it stands in no line, only in the `title` element."""

    rule: str
    certainty: float
    kicker: str | None = None
    subtitle: str | None = None


def title_of(page_title: str) -> str:
    """Return the `title` element's text without the names of section and site behind it."""
    return next((piece.strip() for piece in _SITE_PART.split(page_title) if piece.strip()), "")


def find_headline(
    layout: Layout, page_title: str, infos: Sequence[bool], furniture: Sequence[bool], trail: Collection[int]
) -> Headline:
    """Return the headline, without kicker and subtitle that stand in lines of their own.

    It is the line most like a headline: a heading, what the `title` element begins with,
    followed by an info line, not a link and not in the furniture.
    """
    page, lead = fold(page_title), fold(title_of(page_title))
    initials = {*page_title, *page, *page.upper()}
    best, chosen = _FLOOR, None
    told = _first_told(layout, infos)
    for at, line in enumerate(layout.lines):
        if line.kind != "text" or len(line.text) > _LONGEST or infos[at] or at in trail:
            continue
        if not line.heading and line.text[0] not in initials and not told - 2 <= at < told:
            continue
        likeness = _likeness(line, page, lead) or 30.0 * (told - 2 <= at < told)
        if not likeness or is_furniture(line.text):
            continue
        likeness += 20 * any(infos[at + 1 : at + 7]) - 30 * (line.link_share > _LINKED) - 25 * (at > told + 2)
        likeness -= 40 * (furniture[line.box] and not (line.heading and fold(line.text) == lead))
        if likeness > best:
            best, chosen = likeness, at
    if chosen is None:
        return Headline(title_of(page_title), range(0), "title-element", 0.3)
    return _whole(layout, chosen, infos, min(1.0, best / _SURE))


def with_neighbours(layout: Layout, headline: Headline, info: Sequence[int], trail: Breadcrumb) -> Headline:
    """Return the headline with the kicker over it and the subtitle under it.

    Args:
        layout: the page.
        headline: the headline found.
        info: the lines of its info line.
        trail: the breadcrumb; a section's name may stand over the headline too, and is no kicker.
    """
    lines, first, last = layout.lines, headline.lines.start, headline.lines.stop - 1
    kicker, subtitle = headline.kicker, headline.subtitle
    if (
        kicker is None
        and first > 0
        and first - 1 not in trail.lines
        and _belongs(layout, first - 1, first)
        and first - 1 not in info
        and fold(headline.title) not in fold(lines[first - 1].text)
        and _may_be_kicker(layout, lines[first - 1], trail.steps)
    ):
        kicker, first = lines[first - 1].text, first - 1
    below = last + 1
    if (
        subtitle is None
        and below < len(lines)
        and below not in {*info, *trail.lines}
        and _belongs(layout, below, last)
    ):
        dashed = bool(_DASHED.match(lines[below].text))
        if fold(lines[below].text) == fold(headline.title):  # a bar that follows the reader repeats it
            last = below
        elif dashed or (any(at > below for at in info[:1]) and _may_be_subtitle(lines[below])):
            subtitle, last = lines[below].text, below
    return Headline(
        headline.title, range(first, last + 1), headline.rule, headline.certainty, kicker, subtitle
    )


def _first_told(layout: Layout, infos: Sequence[bool]) -> int:
    """Return the first info line without a link; where there are many, as among teasers, none tells."""
    told = [at for at, line in enumerate(layout.lines) if infos[at] and not line.links]
    return told[0] if 0 < len(told) <= _FEW else len(infos)


def _likeness(line: Line, page: str, lead: str) -> float:
    """Return how much a line by itself is like the headline; 0 where nothing speaks for it."""
    folded = fold(line.text)
    weight = float(_HEADING_WEIGHTS[line.heading])
    if folded == lead:
        return weight + 50
    if page.startswith(folded):
        return weight + (45 if len(folded) >= _TELLING else 15)
    if len(lead) >= _TELLING and folded.startswith(lead.rstrip(".…")):
        return weight + 40
    if len(folded) >= _TELLING and folded in page:
        return weight + 30
    return weight


def _whole(layout: Layout, at: int, infos: Sequence[bool], certainty: float) -> Headline:
    """Return the headline of which one line is known; a heading of two lines has a kicker or a subtitle."""
    lines = layout.lines
    first = last = at
    if lines[at].heading:
        while first > 0 and _shares_box(lines, first - 1, at):
            first -= 1
        while last + 1 < len(lines) and not infos[last + 1] and _shares_box(lines, last + 1, at):
            last += 1
    texts = [lines[index].text for index in range(first, last + 1)]
    subtitle = texts.pop() if len(texts) > 1 and _DASHED.match(texts[-1]) else None
    title = texts.pop()
    rule = "heading" if lines[at].heading else "title-line"
    return Headline(title, range(first, last + 1), rule, certainty, " ".join(texts) or None, subtitle)


def _shares_box(lines: Sequence[Line], one: int, other: int) -> bool:
    return lines[one].kind == "text" and lines[one].box == lines[other].box


def _belongs(layout: Layout, at: int, headline: int) -> bool:
    """Return whether a line stands in the same few boxes as the headline."""
    common = layout.common(layout.lines[at].box, layout.lines[headline].box)
    for level, box in enumerate(layout.around(layout.lines[headline].box)):
        if box == common:
            return level <= _LEVELS
    return False


def _may_be_kicker(layout: Layout, line: Line, steps: Sequence[str]) -> bool:
    if not _is_short_text(line):
        return False
    text = line.text.strip(" ■●◆▌|·>»：:")
    names = (*steps, *(link.text for other in layout.lines for link in other.links))
    return len(text) >= _KICKER and text not in names


def _may_be_subtitle(line: Line) -> bool:
    return _is_short_text(line) and not line.text.endswith(("：", ":"))


def _is_short_text(line: Line) -> bool:
    return (
        line.kind == "text"
        and len(line.text) <= _LONGEST // 2
        and not line.links
        and not line.text.endswith("。")
        and not is_furniture(line.text)
        and not _LABELLED.search(line.text)
    )
