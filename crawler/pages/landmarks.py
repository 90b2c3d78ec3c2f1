"""Where on the page the article's furniture stands: breadcrumb, headline, info line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.boilerplate import NOISE_WORDS, is_furniture
from pipelines.labels import LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.pages.layout import Layout, Line

_DATE = r"(?:\d{4}|\d{2})\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_CLOCK = r"\d{1,2}\s*[:：时]\s*\d{1,2}(?:\s*[:：分]\s*\d{1,2})?\s*[分秒]?"
_STAMP = re.compile(rf"{_DATE}(?:\s*T?\s*{_CLOCK})?")
_ONLY_STAMP = re.compile(rf"[\s\[(（]*{_DATE}(?:\s*{_CLOCK})?[\s\])）]*")
_LABELLED = re.compile(rf"(?:{LABEL.pattern})[\s\u3000]*[:：]")
_BYLINE_LENGTH = 160
_HEADLINE_LENGTH = 120
_POSITION = re.compile(
    r"\s*(?:您|你)?(?:现|正)?(?:当前|现在|目前|所在|所处)*(?:的)?(?:位置|页面)(?:是|为|在)?\s*[:：>»]|\s*位置\s*[:：]"
)
_CRUMB_WORDS = frozenset(
    ("position", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "bread", "path", "location", "weizhi")
)
_STEP = re.compile(r"\s*(?:&gt;|>>|[>»›→＞|/\\-]|·|—)+\s*")
_HOMES = frozenset(("首页", "主页", "网站首页", "本站首页", "home", "Home", "HOME"))
_NEAR = 12
_HEADLINE_FLOOR = 30.0
_SHORTEST, _TELLING = 2, 6
"""Characters of the shortest headline, and of one that no section shares by chance."""
_PARAGRAPH = 40
_STEPS = 8
_INDENT = 2
_ALL_LINK = 0.9
_LINKED = 0.6


@dataclass(frozen=True, slots=True)
class Headline:
    """The heading of the article: which lines it takes, and what they are."""

    title: str
    first: int
    last: int
    """Indexes of its first and last line; -1 where it stands in no line."""

    kicker: str | None
    subtitle: str | None
    rule: str
    certainty: float

    @property
    def lines(self) -> range:
        """Indexes of the lines it takes."""
        return range(self.first, self.last + 1) if self.first >= 0 else range(0)


def fold(text: str) -> str:
    """Return the text as it is compared: width, case and white space folded."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_info_line(text: str) -> bool:
    """Return whether a line tells time, source or author, and nothing else."""
    if len(text) > _BYLINE_LENGTH:
        return False
    if _ONLY_STAMP.fullmatch(text):
        return True
    label = _LABELLED.search(text)
    if not label:
        return False
    return label.start() <= _INDENT or bool(_STAMP.search(text))


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What the body is looked for by."""

    headline: Headline
    info: tuple[int, ...]
    """Indexes of the lines that make up the info line."""

    crumbs: tuple[str, ...]
    quiet: tuple[bool, ...]
    """For each box: whether it holds furniture by its name or kind."""


def find_landmarks(layout: Layout, page_title: str) -> Landmarks:
    """Return the landmarks of a page; the headline's certainty says how much they are worth."""
    quiet = quiet_boxes(layout)
    crumb_lines, crumbs = _breadcrumb(layout)
    infos = [
        line.kind == "text" and line.link_share < _ALL_LINK and is_info_line(line.text)
        for line in layout.lines
    ]
    chosen = _headline_line(layout, page_title, quiet, infos, crumb_lines)
    if chosen is None:
        headline = Headline(title_of(page_title), -1, -1, None, None, "title-element", 0.3)
        return Landmarks(headline, _info_after(layout, infos, -1), crumbs, quiet)
    index, certainty = chosen
    info = _info_near(layout, infos, index)
    headline = _headline(layout, index, info, certainty)
    crumbs = _without_title(crumbs, headline.title)
    return Landmarks(headline, info, crumbs, quiet)


def quiet_boxes(layout: Layout) -> tuple[bool, ...]:
    """Return for each box whether it holds furniture by its tag or a word of its class or id.

    A box that holds most of the page's plain text is no furniture, whatever it is called.
    """
    mass = [0]
    for line in layout.lines:
        plain = len(line.text) * (1 - line.link_share) if line.kind == "text" else 0
        mass.append(mass[-1] + int(plain))
    quiet: list[bool] = []
    for box in layout.boxes:
        named = box.tag in {"nav", "footer", "aside", "form"} or bool(box.words & NOISE_WORDS)
        small = (mass[box.end] - mass[box.start]) * 2 <= mass[-1]
        quiet.append((box.parent >= 0 and quiet[box.parent]) or (named and small))
    return tuple(quiet)


def title_of(page_title: str) -> str:
    """Return the `title` element's text without the names of site and section behind it."""
    head = re.split(
        r"[_|｜]|\s+[-–—]+\s+|——(?=[^—]*$)|(?<=\S)-(?=[^-]*(?:网|频道|新闻|银行|公司|[Cc][Mm][Ss])$)",
        page_title,
    )
    return next((piece.strip() for piece in head if piece and piece.strip()), "")


def _breadcrumb(layout: Layout) -> tuple[frozenset[int], tuple[str, ...]]:
    for index, line in enumerate(layout.lines):
        if line.kind != "text" or len(line.text) > _BYLINE_LENGTH:
            continue
        if _POSITION.match(line.text) or _opens_trail(layout, index):
            lines = _trail_lines(layout, index)
            steps = tuple(step for at in lines for step in _steps(layout.lines[at]))
            if steps:
                return frozenset(lines), steps
    return frozenset(), ()


def _opens_trail(layout: Layout, index: int) -> bool:
    """Return whether the line is or begins a trail without a label: 首页 > 新闻 > …."""
    line = layout.lines[index]
    if not line.links:
        return False
    if any(layout.boxes[box].words & _CRUMB_WORDS for box in _nearest(layout, line.box)):
        return True
    return line.links[0].text in _HOMES and bool(re.match(r".{2,6}?\s*[>»›→＞]", line.text))


def _nearest(layout: Layout, box: int) -> Iterable[int]:
    """Yield the box and the three next round it."""
    yield from islice(layout.around(box), 4)


def _trail_lines(layout: Layout, index: int) -> list[int]:
    """Return the lines of the trail: one, or the items of a list."""
    line = layout.lines[index]
    if len(line.links) > 1:
        return [index]
    around = layout.around(line.box)
    for box in around:
        inside = layout.boxes[box]
        lines = [at for at in range(index, inside.end) if layout.lines[at].kind == "text"]
        if len(lines) > _STEPS or sum(len(layout.lines[at].text) for at in lines) > _BYLINE_LENGTH:
            break
        if len(lines) > 1 and all(len(layout.lines[at].text) <= _HEADLINE_LENGTH for at in lines):
            return lines
    return [index]


def _steps(line: Line) -> list[str]:
    """Return the steps a trail line prints; a step that is no link counts too."""
    text = _POSITION.sub("", line.text, count=1)
    return [step for piece in _STEP.split(text) if (step := piece.strip(" :：>"))]


def _without_title(crumbs: tuple[str, ...], title: str) -> tuple[str, ...]:
    """Return the trail without what stands for the article itself at its end."""
    folded = fold(title)
    while crumbs and (
        crumbs[-1] in {"正文", "详情", "内容", "浏览", "查看", "文章", "详细内容", "新闻正文"}
        or folded.startswith(fold(crumbs[-1].rstrip(".…")))
    ):
        crumbs = crumbs[:-1]
    return crumbs


def _headline_line(
    layout: Layout,
    page_title: str,
    quiet: tuple[bool, ...],
    infos: list[bool],
    others: frozenset[int],
) -> tuple[int, float] | None:
    """Return the line that reads most like the headline, and how sure that is."""
    best, found = _HEADLINE_FLOOR, None
    folded_title = fold(page_title)
    lead = fold(title_of(page_title))
    for index, line in enumerate(layout.lines):
        if line.kind != "text" or len(line.text) > _HEADLINE_LENGTH or index in others or infos[index]:
            continue
        score = _title_likeness(line, folded_title, lead)
        if score <= 0:
            continue
        if line.link_share > _LINKED:
            score -= 30
        if quiet[line.box]:
            score -= 40
        if is_furniture(line.text):
            score -= 50
        if any(infos[index + 1 : index + 7]):
            score += 20
        if score > best:
            best, found = score, index
    return None if found is None else (found, min(1.0, best / 80))


def _title_likeness(line: Line, folded_title: str, lead: str) -> float:
    folded = fold(line.text)
    score = 0.0
    if line.heading:
        score += (30, 24, 16, 10, 8, 8)[line.heading - 1]
    if len(folded) < _SHORTEST:
        return 0.0
    if folded == lead:
        score += 50
    elif folded_title.startswith(folded):
        score += 45 if len(folded) >= _TELLING else 15
    elif len(lead) >= _TELLING and folded.startswith(lead.rstrip(".…")):
        score += 40
    elif len(folded) >= _TELLING and folded in folded_title:
        score += 30
    return score


def _info_near(layout: Layout, infos: list[bool], headline: int) -> tuple[int, ...]:
    after = _info_after(layout, infos, headline)
    if after:
        return after
    return tuple(at for at in range(max(0, headline - 3), headline) if infos[at])


def _info_after(layout: Layout, infos: list[bool], start: int) -> tuple[int, ...]:
    """Return the lines of the info line that follow the headline, up to the first paragraph."""
    found: list[int] = []
    if start < 0:
        return ()
    for index in range(start + 1, min(len(infos), start + 1 + _NEAR)):
        line = layout.lines[index]
        if infos[index]:
            found.append(index)
        elif (
            line.kind != "text"
            or (len(line.text) > _PARAGRAPH and line.link_share < _LINKED)
            or (found and index > found[-1] + 3)
        ):
            break
    return tuple(found)


def _headline(layout: Layout, index: int, info: tuple[int, ...], certainty: float) -> Headline:
    """Return the headline a line belongs to; a heading of two lines has a kicker or a subtitle."""
    lines = layout.lines
    first = last = index
    if lines[index].heading:
        while first > 0 and _shares_box(lines, first - 1, index):
            first -= 1
        while last + 1 < len(lines) and last + 1 not in info and _shares_box(lines, last + 1, index):
            last += 1
    texts = [lines[at].text for at in range(first, last + 1)]
    subtitle = texts.pop() if len(texts) > 1 and _is_dashed(texts[-1]) else None
    title = texts.pop()
    return Headline(title, first, last, " ".join(texts) or None, subtitle, "heading", certainty)


def _shares_box(lines: Sequence[Line], one: int, other: int) -> bool:
    return lines[one].kind == "text" and lines[one].box == lines[other].box


def _is_dashed(text: str) -> bool:
    return bool(re.match(r"\s*[-–—―─]{1,}", text))
