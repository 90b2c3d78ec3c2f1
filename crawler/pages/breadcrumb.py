"""当前位置: the trail from the home page to the section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages.compare import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.layout import Layout, Line, Link

_LABEL = re.compile(
    r"[\s\W]*(?:[您你]的?)?(?:现|正)?(?:当前|现在|目前|所在|所处|浏览)*(?:的)?(?:位置|页面)(?:是|为|在|于)?\s*[:：>»]\s*|\s*位置\s*[:：]\s*"
)
_NAME = re.compile(r"position|bread(crumbs?)?|crumbs|weizhi")
_SEPARATOR = re.compile(r"\s*(?:[-=]*[>»›→＞－]+|\s[|/\\·—–-]\s|/)\s*")
_FROM_HOME = re.compile(r"\s*(?:首页|主页|网站首页|本站首页|[Hh]ome)\s*(?:[>»›→＞-]|/(?!\S*/\S*/\S*/))")
_HOME_INITIALS = frozenset("首主网本Hh")
_DASHED_HOME = re.compile(r"^\s*(?:网站|本站)?(?:首页|主页)(?:\s*-\s*[\u4e00-\u9fff]{2,10})+\s*$")
"""`首页-公司新闻`: only from the home page on does a dash part the steps."""

_TO_ARTICLE = re.compile(
    r"^[^>»›→＞。，]{2,20}(?:\s*[>»›→＞]+\s*[^>»›→＞。，]{2,20})*\s*[>»›→＞]+\s*正文\s*$"
)
_ARROW = re.compile(r"\s*[>»›→＞]")
_ARROWS = frozenset(">»›→＞")
_HOME = re.compile(r"(?:网站|本站|返回|回到)?(?:首页|主页)|home|index", re.IGNORECASE)
_SECTION = re.compile(r"(?:新闻|中心|资讯|动态|要闻|公告|频道|栏目)$")
_RIGHTS = re.compile(r"\s*(?:未经|转载|版权|本文)")
"""`未经允许不得转载：农金圈 » 标题` is no trail."""

_SECOND_HOME = re.compile(r"(?<=\S)\s*(?:网站首页|返回首页)")
"""Buttons some skins print right behind the trail, in the same heading."""

_ARTICLE_STEP = re.compile(
    r"(?:新闻|文章|信息|资讯|公告|通知)?(?:正文|内容|详情|浏览|查看|阅读|详细内容|详细信息)页?"
    r"|(?:查看|浏览|阅读|显示)(?:本文|全文|正文|新闻|文章|信息|资讯|公告|内容)|文章|列表"
)
"""What stands for the article itself at the end of a trail."""

_TITLE_LENGTH = 8
"""Characters from which a step may be a title cut to a length; columns are called by shorter names."""
_LISTS = frozenset(("ul", "ol", "dl"))
_HEADING = 10
"""Characters of a column's heading that may stand before the label of a trail."""

_LONGEST = 160
_MOST_STEPS = 8
_REPEATED = 3
"""Lines further down a longer trail may stand: some headers print the beginning of it already."""


@dataclass(frozen=True, slots=True)
class Breadcrumb:
    """The trail from below the home page, and where it stands."""

    lines: frozenset[int] = frozenset()
    steps: tuple[str, ...] = ()

    def without(self, title: str, site: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the steps without what stands for the article itself at the end, and for the site at the start."""
        steps = self.steps[len(self.steps) > 1 and self.steps[0] in site :]
        while steps and (_ARTICLE_STEP.fullmatch(steps[-1]) or _is_title(steps[-1], title)):
            steps = steps[:-1]
        return steps


def find_breadcrumb(layout: Layout) -> Breadcrumb:
    """Return the first trail of the page, in its longest form; without one, an empty one."""
    named = frozenset(at for at, box in enumerate(layout.boxes) if _are_of_trail(box.words))
    found = Breadcrumb()
    for index, line in enumerate(layout.lines):
        if found.lines and index > max(found.lines) + _REPEATED:
            break
        is_short = line.kind == "text" and len(line.text) <= _LONGEST
        if is_short and _opens_trail(layout, index, named) and not _RIGHTS.match(line.text):
            trail = _trail_from(layout, index)
            if not found.lines or (
                len(trail.steps) > len(found.steps) > 0 and found.steps == trail.steps[: len(found.steps)]
            ):
                found = Breadcrumb(found.lines | trail.lines, trail.steps)
    return found


@lru_cache(maxsize=4096)
def _are_of_trail(words: frozenset[str]) -> bool:
    """Return whether words of a class or an id call a trail; few such sets make a page."""
    return any(map(_NAME.fullmatch, words))


def _trail_from(layout: Layout, index: int) -> Breadcrumb:
    """Return the trail that begins with a line; without steps, an empty one."""
    lines = _trail_lines(layout, index)
    steps = tuple(step for at in lines for step in _steps(layout.lines[at]))
    if not 1 <= len(steps) <= _MOST_STEPS:
        return Breadcrumb()
    home = _is_home(steps[0], layout.lines[lines[0]].links)
    return Breadcrumb(frozenset(lines), steps[home:])


def _is_title(step: str, title: str) -> bool:
    cut, whole = fold(step.rstrip(".… ")), fold(title)
    return cut == whole or (len(cut) >= _TITLE_LENGTH and whole.startswith(cut))


def _is_home(step: str, links: Sequence[Link]) -> bool:
    """Return whether a trail's first step is the home page, by its name or by where it leads."""
    if _HOME.fullmatch(step.replace(" ", "")):
        return True
    is_section = _SECTION.search(step)  # `../../` may lead to one
    return bool(links) and fold(links[0].text) == fold(step) and not is_section and _leads_home(links[0].href)


def _leads_home(href: str) -> bool:
    path = urlsplit(href).path if "://" in href else href
    return re.fullmatch(r"(?:\.{1,2}/)*/?(?:(?:index|default)\.\w+)?", path.strip()) is not None


def _opens_trail(layout: Layout, index: int, named: frozenset[int]) -> bool:
    """Return whether a line begins a trail: it says so, its box is called so, or arrows part its links."""
    line = layout.lines[index]
    text = line.text
    if ("位置" in text or "页面" in text) and (_LABEL.match(text) or _FROM_HOME.match(_behind_label(text))):
        return True
    if len(text) <= _LONGEST // 2 and (
        (text[0] in _HOME_INITIALS and _FROM_HOME.match(text))
        or (text.endswith("正文") and _TO_ARTICLE.search(text))
    ):
        return True
    if named and (line.links or line.parts) and not named.isdisjoint(islice(layout.around(line.box), 3)):
        return True
    if len(line.links) > 1:
        return _ARROW.match(line.text.partition(line.links[0].text)[2]) is not None
    follows = layout.lines[index + 1].text if index + 1 < len(layout.lines) else ""
    return follows in _ARROWS and _is_home(text, line.links)


def _trail_lines(layout: Layout, index: int) -> list[int]:
    """Return the lines of the trail: one, or the items of a list."""
    line = layout.lines[index]
    if len(line.links) > 1 or _SEPARATOR.search(_LABEL.sub("", line.text, count=1)):
        return [index]
    for box in islice(layout.around(line.box), 3):
        end = layout.boxes[box].end
        lines = [at for at in range(index, end) if layout.lines[at].kind == "text"]
        if len(lines) > 2 * _MOST_STEPS or not all(map(_is_step, (layout.lines[at] for at in lines[1:-1]))):
            break
        if len(lines) > 1 and layout.boxes[box].tag in _LISTS:
            return lines
    return [index]


def _is_step(line: Line) -> bool:
    return bool(line.links) or not line.text.strip(" >»›→＞/|")


def _behind_label(text: str) -> str:
    """Return a trail without its label; the column's heading may stand before that."""
    label = _LABEL.search(text)
    return text[label.end() :] if label and label.start() <= _HEADING else text


def _steps(line: Line) -> list[str]:
    """Return the steps a line prints, linked or not; a style sheet may draw the signs between them."""
    text = _DASHED_HOME.sub(lambda home: home[0].replace("-", " > "), _behind_label(line.text))
    printed = _SEPARATOR.split(text) if _SEPARATOR.search(text) or not line.pieces else line.pieces
    printed = [
        piece[: second.start()] if (second := _SECOND_HOME.search(piece)) else piece for piece in printed
    ]
    return [step for piece in printed if (step := _LABEL.sub("", piece, count=1).strip(" :：>|"))]
