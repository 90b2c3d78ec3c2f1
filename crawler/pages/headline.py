"""引题, 主题, 副题: the lines that make up the headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from crawler.pages.compare import fold
from crawler.pages.infoline import DAY_TOLD
from pipelines.boilerplate import is_furniture
from pipelines.labels import LABELS
from pipelines.sources import is_outlet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crawler.pages.breadcrumb import Breadcrumb
    from crawler.pages.infoline import InfoLines
    from crawler.pages.layout import Layout, Line

_LONGEST = 120
_TELLING = 6
"""Characters of a text that no section or site shares by chance."""

_KICKER = 4
"""Characters of the shortest kicker: 本网专访."""

_HEADING_WEIGHTS = (0, 30, 24, 16, 10, 8, 8)
_FLOOR = 30.0
_OVER_INFO = 20
_SECOND_LINE = 1
"""What an info line in the next lines is worth, and being the last of two lines in one box."""

_SURE = 80.0
_OVER = 5
"""Lines over the first that tells something among which the headline may stand."""

_AHEAD = 6
"""Lines under a headline among which its info line may stand."""

_TOLD = re.compile(r"[。，；！？]")

_GUESSED = 0.45
_COLUMN = 8
"""Characters of the longest name of a column; the last step of a trail may be the headline itself."""

_FURNITURE, _MISNAMED = 40.0, 15.0
_LINKED = 0.6
_FEW = 3
_LEVELS = 3
"""Boxes between a headline and the one it shares with its kicker."""

_SENTENCE_ENDS = ("。", "！", "？", "。”")
_TRAIL = re.compile(r"\S\s*[>»›→＞]+\s*\S")
_GOES_ON = ("。", "：", ":", "，", "；", ",")
_TITLE_LABEL = re.compile(r"^\s*标\s*题\s*[:：]\s*")
_PEOPLE = re.compile(
    r"[\s(（□■◇]*[\u4e00-\u9fff]{0,8}(?:记者|通讯员|特约|实习生)[\s:：\u4e00-\u9fff、，·（）()]{2,40}$"
)
_NUMBER = re.compile(r"[\s(（]*[\u4e00-\u9fff]{1,12}[〔\[（(【]\d{4}[〕\]）)】]\s*(?:第\s*)?\d+\s*号[\s)）]*")
"""The number of an official letter, 青农信〔2012〕18号, which stands under its headline."""

_WORD = re.compile(r"\w{1,5}")
"""A name or a column, where an info line without labels begins; a subtitle says more."""

_DASHED = re.compile(r"\s*[-–—―─]")
_LABELLED = re.compile(rf"(?:{'|'.join(sorted(LABELS, key=len, reverse=True))})[\s\u3000]*[:：]")
_SITE_PART = re.compile(
    r"\s*[_|｜]\s*|\s+[-–—]+\s+|--+|——(?=[^—]*$)|(?<=\S)-(?=[^-]*(?:网|网站|频道|新闻|银行|公司|联社|协会|政府)$)"
    r"|(?<=[网报社])-|\s+/\s+|\s*(?:>>|[>»›])\s*"
    r"|(?<=[\u4e00-\u9fff”》）！？…])-(?=[\u4e00-\u9fff]+-[^-]*(?:网|网站|频道|银行|公司|联社)$)"
)


_BRACKETED = re.compile(r"\s*[(（][^()（）]*[)）]$")
_SITE_NAME = re.compile(
    r"(?:网|网站|门户|(?<![通简快公年汇捷预喜情])报|报社|电子版|周刊|杂志|在线|公司|银行|联社|合作社|联合社|协会|学会|商会|政府|中学|大学|学院)$"
)
"""`晚报` is a paper, `情况通报` a headline."""


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
    return next(iter(parts_of(page_title)), "")


def site_names(page_title: str) -> list[str]:
    """Return the parts of the `title` element that are a site's name by how they end."""
    parts = (_BRACKETED.sub("", part) for part in parts_of(page_title))
    return [part for part in parts if _SITE_NAME.search(part)]


@lru_cache(maxsize=8)
def parts_of(page_title: str) -> tuple[str, ...]:
    """Return the parts of the `title` element, the article's own title first: site and section follow, or lead.

    The last few are kept, as several rules ask for those of one page.
    """
    parts = tuple(part for piece in _SITE_PART.split(page_title) if (part := piece.strip()))
    if parts and _SITE_NAME.search(parts[0]) and not _SITE_NAME.search(parts[-1]):
        return parts[::-1]
    return parts


def find_headline(
    layout: Layout, page_title: str, infos: InfoLines, furniture: Sequence[bool], trail: Breadcrumb
) -> Headline:
    """Return the headline, without kicker and subtitle that stand in lines of their own.

    It is the line most like a headline: a heading, what the `title` element begins with,
    followed by an info line, not a link and not in the furniture.
    """
    scale = _Scale(layout, page_title, infos, furniture, trail)
    best, chosen = scale.floor, None
    for at in scale.candidates():
        if at in trail.lines:
            continue
        likeness = scale.likeness(at, best)
        if chosen is not None and chosen == at - 1 and scale.is_second_line(at):
            likeness += _SECOND_LINE
        if likeness > best:
            best, chosen = likeness, at
    if chosen is None:
        return Headline(title_of(page_title), range(0), "title-element", 0.3)
    return _whole(layout, chosen, infos, scale.lead, min(1.0, best / _SURE))


class _Scale:
    """How much a line of the page is like its headline."""

    def __init__(
        self,
        layout: Layout,
        page_title: str,
        infos: InfoLines,
        furniture: Sequence[bool],
        trail: Breadcrumb,
    ) -> None:
        self._layout = layout
        self._infos = infos
        self._furniture = furniture
        self._page = fold(page_title)
        self._columns = {fold(step) for step in trail.steps if len(step) <= _COLUMN}
        self._trail = max(trail.lines, default=len(layout.lines))
        self._initials = {*page_title, *self._page, *self._page.upper(), "标"}
        self.lead = _lead(layout, page_title, self._initials)
        self._others = {fold(part) for part in parts_of(page_title)} - {self.lead}
        self._told = _first_told(layout, infos)
        self._over = range(self._told - 2, self._told) if self._told < len(infos) else range(0)
        """The lines over the info line."""

    @property
    def floor(self) -> float:
        """What a headline must be worth: where the `title` element is empty, a heading will do."""
        return _FLOOR if self._page else _HEADING_WEIGHTS[3] - 1.0

    def candidates(self) -> Iterator[int]:
        """Yield the lines worth weighing: short, and a heading, a beginning of the title, or over the info line."""
        initials = self._initials
        for at, line in enumerate(self._layout.lines):
            if line.kind != "text" or len(line.text) > _LONGEST:
                continue
            if line.heading or line.text[0] in initials or self._is_over_info(at):
                yield at

    def is_second_line(self, at: int) -> bool:
        """Return whether a line over the info line shares its box with the one before."""
        lines = self._layout.lines
        return self._is_over_info(at) and _shares_box(lines, at - 1, at) and not _DASHED.match(lines[at].text)

    def likeness(self, at: int, least: float) -> float:
        """Return how much the line is like the headline where it stands.

        Nothing where it is something else, or an info line under it would not lift it over `least`.
        """
        line = self._layout.lines[at]
        likeness = _likeness(line, self._page, self.lead, self._others) or 30.0 * self._is_over_info(at)
        if not likeness or is_furniture(line.text):
            return 0.0
        likeness -= 30 * (line.link_share > _LINKED) + 25 * (at > self._told + 2)
        likeness += 10 * (at > self._trail) - 30 * (fold(line.text) in self._columns)
        if self._furniture[line.box]:  # its name may mislead where the line is the very title
            is_lead = fold(line.text) == self.lead
            likeness -= (0 if line.heading else _MISNAMED) if is_lead else _FURNITURE
        if likeness + _OVER_INFO + _SECOND_LINE <= least or self._infos[at]:
            return 0.0
        return likeness + _OVER_INFO * self._is_before_info(at)

    def _is_before_info(self, at: int) -> bool:
        return any(self._infos[below] for below in range(at + 1, min(at + 1 + _AHEAD, len(self._infos))))

    def _is_over_info(self, at: int) -> bool:
        return at in self._over and _may_be_title(self._layout, self._layout.lines[at])


def headline_over(
    layout: Layout, headline: Headline, first: int, infos: InfoLines, trail: Collection[int]
) -> Headline:
    """Return the headline of a text mass where the `title` element names none that the page prints.

    Args:
        layout: the page.
        headline: the one told by the `title` element alone.
        first: the first line of the text mass.
        infos: which lines read like an info line.
        trail: the lines of the breadcrumb.
    """
    told = next((at for at in range(first, len(layout.lines)) if _TOLD.search(layout.lines[at].text)), first)
    for at in range(told - 1, max(-1, told - 1 - _OVER), -1):
        line = layout.lines[at]
        if at in trail or not _may_be_title(layout, line) or _DASHED.match(line.text):
            continue
        if not infos[at]:
            return Headline(line.text, range(at, at + 1), "over-text", _GUESSED)
    return headline


def with_neighbours(
    layout: Layout, headline: Headline, page_title: str, info: Sequence[int], trail: Breadcrumb
) -> Headline:
    """Return the headline with the kicker over it and the subtitle under it.

    Args:
        layout: the page.
        headline: the headline found.
        page_title: text of the `title` element; it names the section and the site, too.
        info: the lines of its info line.
        trail: the breadcrumb; a section's name may stand over the headline too, and is no kicker.
    """
    lines, first, last = layout.lines, headline.lines.start, headline.lines.stop - 1
    kicker, subtitle = headline.kicker, headline.subtitle
    names = {*trail.steps, *parts_of(page_title)}
    if (
        kicker is None
        and first > 0
        and first - 1 not in trail.lines
        and _belongs(layout, first - 1, first)
        and not _is_of_author(layout, first - 1, first)
        and not _ends_column(layout, first - 1, first)
        and first - 1 not in info
        and fold(headline.title) not in fold(lines[first - 1].text)
        and _may_be_kicker(layout, lines[first - 1], names)
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
        elif dashed or (any(at > below for at in info) and _may_be_subtitle(lines[below])):
            subtitle, last = lines[below].text, below
    return Headline(
        headline.title, range(first, last + 1), headline.rule, headline.certainty, kicker, subtitle
    )


def _lead(layout: Layout, page_title: str, initials: Collection[str]) -> str:
    """Return, folded, the part of the `title` element that a line of the page prints as its headline.

    It is the first, unless that is no line and a later one is, or is the name of the site.
    """
    parts = [fold(part) for part in parts_of(page_title)]
    if len(parts) == 1 and _SITE_NAME.search(parts[0]):
        again = sum(parts[0] in fold(line.text) for line in layout.lines)
        return "" if again > 1 else parts[0]  # the site signs and prints its address, a headline stands once
    if len(parts) > 1:
        printed = {
            fold(_TITLE_LABEL.sub("", line.text))
            for line in layout.lines
            if line.kind == "text"
            and line.text[0] in initials
            and len(line.text) <= _LONGEST
            and line.link_share <= _LINKED
        }
        told = (part for part in parts if part in printed and (len(part) >= _KICKER or part == parts[0]))
        return next((part for part in told if not _SITE_NAME.search(part)), parts[0])
    return parts[0] if parts else ""


def _first_told(layout: Layout, infos: InfoLines) -> int:
    """Return the first info line without a link; among many teasers, or below a text, none tells of a headline."""
    every = (at for at, line in enumerate(layout.lines) if not line.links and infos[at])
    told = list(islice(every, _FEW + 1))
    if not 0 < len(told) <= _FEW:
        return len(infos)
    over = layout.lines[max(0, told[0] - _OVER) : told[0]]
    at_foot = sum(line.text.endswith(_SENTENCE_ENDS) for line in over) > 1
    return len(infos) if at_foot else told[0]


def _may_be_title(layout: Layout, line: Line) -> bool:
    """Return whether a line that nothing else speaks for may be the headline: no sentence, no sheet of facts."""
    return (
        line.kind == "text"
        and not line.links
        and len(line.text) <= _LONGEST // 2
        and sum(map(str.isalpha, line.text)) >= _KICKER
        and not line.text.endswith(_GOES_ON)
        and layout.boxes[line.box].tag != "tr"
        and not is_furniture(line.text)
        and not _PEOPLE.match(line.text)
        and not _NUMBER.fullmatch(line.text)
    )


def _likeness(line: Line, page: str, lead: str, others: Collection[str]) -> float:
    """Return how much a line by itself is like the headline; 0 where nothing speaks for it.

    Args:
        line: the line.
        page: the `title` element, folded.
        lead: the part of it that is taken for the headline.
        others: its other parts, the names of section and site.
    """
    folded = fold(_TITLE_LABEL.sub("", line.text))
    weight = float(_HEADING_WEIGHTS[line.heading])
    if folded == lead:
        return weight + 50
    if folded in others:
        return weight
    if page.startswith(folded):
        return weight + (45 if len(folded) >= _TELLING else 15)
    if len(lead) >= _TELLING and folded.startswith(lead.rstrip(".…")):
        return weight + 40
    if len(folded) >= _TELLING and folded in page:
        return weight + (40 if page.endswith(folded) else 30)
    return weight


def _whole(layout: Layout, at: int, infos: InfoLines, lead: str, certainty: float) -> Headline:
    """Return the headline of which one line is known; a heading of two lines has a kicker or a subtitle."""
    lines = layout.lines
    rule = "heading" if lines[at].heading else "title-line"
    first = last = at
    while first > 0 and _shares_box(lines, first - 1, at):
        first -= 1
    while last + 1 < len(lines) and not infos[last + 1] and _shares_box(lines, last + 1, at):
        last += 1
    if broken := _broken(lines, at, range(first, last + 1), lead):
        title = "".join(lines[index].text for index in broken)
        return Headline(title, broken, rule, certainty)
    if not lines[at].heading:
        first = last = at
    texts = [_without_badges(lines[index], lead) for index in range(first, last + 1)]
    known = next((place for place, text in enumerate(texts) if fold(text) == lead), len(texts) - 1)
    if known and known == len(texts) - 1 and _DASHED.match(texts[known]):
        known -= 1
    title = _TITLE_LABEL.sub("", texts[known])
    kicker, subtitle = " ".join(texts[:known]) or None, " ".join(texts[known + 1 :]) or None
    return Headline(title, range(first, last + 1), rule, certainty, kicker, subtitle)


def _without_badges(line: Line, lead: str) -> str:
    """Return what a line says, or the piece of it that is what the `title` element says: 原创 stands beside it."""
    return next((piece for piece in line.pieces if fold(piece) == lead), line.text)


def _broken(lines: Sequence[Line], at: int, box: range, lead: str) -> range | None:
    """Return the lines of a box a headline is broken into: together they are what the `title` element says first."""
    for first in range(box.start, at + 1):
        for stop in range(max(at, first + 1) + 1, min(box.stop, first + _FEW) + 1):
            if fold("".join(line.text for line in lines[first:stop])) == lead:
                return range(first, stop)
    return None


def _shares_box(lines: Sequence[Line], one: int, other: int) -> bool:
    return lines[one].kind == "text" and lines[one].box == lines[other].box


def _belongs(layout: Layout, at: int, headline: int) -> bool:
    """Return whether a line stands in the same few boxes as the headline; the page itself is no box to share."""
    one, other = layout.lines[at].box, layout.lines[headline].box
    common = layout.common(one, other)
    levels = [list(layout.around(box)).index(common) for box in (one, other)]
    return levels[1] <= _LEVELS if layout.boxes[common].tag != "body" else max(levels) <= 1


def _is_of_author(layout: Layout, at: int, headline: int) -> bool:
    """Return whether a line tells of the author, in a box called so or after one."""
    lines = layout.lines
    common = layout.common(lines[at].box, lines[headline].box)
    words = layout.words_between(lines[at].box, common)
    if at > 0:
        words |= layout.words_between(lines[at - 1].box, common)
    return not words.isdisjoint(("author", "avatar", "writer"))


def _ends_column(layout: Layout, at: int, headline: int) -> bool:
    """Return whether a line is the last of a column beside the headline's: a panel of links, a telephone number."""
    common = layout.common(layout.lines[at].box, layout.lines[headline].box)
    inner = takewhile(lambda box: box != common, layout.around(layout.lines[at].box))
    return any(layout.boxes[box].end - layout.boxes[box].start > _FEW for box in inner)


def _may_be_kicker(layout: Layout, line: Line, names: Collection[str]) -> bool:
    """Return whether a line reads like a kicker: words, no cells of a table, no name that stands elsewhere too."""
    if not _is_short_text(line) or layout.boxes[line.box].tag == "tr":
        return False
    text = line.text.strip(" ■●◆▌|·>»：:")
    if sum(map(str.isalpha, text)) < _KICKER or text in names or _TRAIL.search(text):
        return False
    return all(link.text != text for other in layout.lines for link in other.links)


def _may_be_subtitle(line: Line) -> bool:
    return (
        _is_short_text(line)
        and not _WORD.fullmatch(line.text)
        and not is_outlet(line.text)
        and line.text.strip(" /|｜") not in LABELS
        and not DAY_TOLD.fullmatch(line.text)
        and not line.text.endswith(("：", ":"))
        and not _PEOPLE.match(line.text)
    )


def _is_short_text(line: Line) -> bool:
    return (
        line.kind == "text"
        and len(line.text) <= _LONGEST // 2
        and not line.links
        and not line.text.endswith("。")
        and not is_furniture(line.text)
        and not _LABELLED.search(line.text)
    )
