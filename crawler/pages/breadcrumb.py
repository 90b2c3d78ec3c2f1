"""当前位置: the trail from the home page to the section."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.pages.compare import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.layout import Layout, Line, Link

_LABEL = re.compile(
    r"[\s\W]*(?:您|你)?(?:现|正)?(?:当前|现在|目前|所在|所处|浏览)*(?:的)?(?:位置|页面)(?:是|为|在|于)?\s*[:：>»]\s*|\s*位置\s*[:：]\s*"
)
_NAMES = frozenset(("position", "breadcrumb", "breadcrumbs", "crumbs", "bread", "weizhi"))
_SEPARATOR = re.compile(r"\s*(?:[-=]*[>»›→＞－]+|\s[|/\\·—–-]\s|/)\s*")
_FROM_HOME = re.compile(r"\s*(?:首页|主页|网站首页|本站首页|[Hh]ome)\s*(?:[>»›→＞]|/(?!\S*/\S*/\S*/))")
_ARROW = re.compile(r"\s*[>»›→＞]")
_HOME = re.compile(r"(?:网站|本站|返回|回到)?(?:首页|主页)|home|index", re.IGNORECASE)
_ARTICLE_STEPS = frozenset(
    (
        "正文 详情 内容 浏览 查看 文章 列表 内容页 详细内容 详细信息 浏览内容 查看内容 查看信息"
        " 新闻正文 文章正文 新闻内容 文章内容 信息内容"
    ).split()
)
_TITLE_LENGTH = 8
"""Characters from which a step may be a title cut to a length; columns are called by shorter names."""
_LISTS = frozenset(("ul", "ol", "dl"))
_LONGEST = 160
_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Breadcrumb:
    """The trail from below the home page, and where it stands."""

    lines: frozenset[int] = frozenset()
    steps: tuple[str, ...] = ()

    def without(self, title: str) -> tuple[str, ...]:
        """Return the steps without what stands for the article itself at the end."""
        steps = self.steps
        while steps and (steps[-1] in _ARTICLE_STEPS or _is_title(steps[-1], title)):
            steps = steps[:-1]
        return steps


def find_breadcrumb(layout: Layout) -> Breadcrumb:
    """Return the first trail of the page; without one, an empty one."""
    named = frozenset(at for at, box in enumerate(layout.boxes) if not _NAMES.isdisjoint(box.words))
    for index, line in enumerate(layout.lines):
        if line.kind == "text" and len(line.text) <= _LONGEST and _opens_trail(layout, line, named):
            lines = _trail_lines(layout, index)
            steps = tuple(step for at in lines for step in _steps(layout.lines[at].text))
            if 1 <= len(steps) <= _MOST_STEPS:
                home = _is_home(steps[0], layout.lines[lines[0]].links)
                return Breadcrumb(frozenset(lines), steps[home:])
    return Breadcrumb()


def _is_title(step: str, title: str) -> bool:
    cut, whole = fold(step.rstrip(".… ")), fold(title)
    return cut == whole or (len(cut) >= _TITLE_LENGTH and whole.startswith(cut))


def _is_home(step: str, links: Sequence[Link]) -> bool:
    """Return whether a trail's first step is the home page, by its name or by where it leads."""
    if _HOME.fullmatch(step.replace(" ", "")):
        return True
    return bool(links) and fold(links[0].text) == fold(step) and _leads_home(links[0].href)


def _leads_home(href: str) -> bool:
    path = urlsplit(href).path if "://" in href else href
    return re.fullmatch(r"(?:\.{1,2}/)*/?(?:(?:index|default)\.\w+)?", path.strip()) is not None


def _opens_trail(layout: Layout, line: Line, named: frozenset[int]) -> bool:
    """Return whether a line begins a trail: it says so, its box is called so, or arrows part its links."""
    if _LABEL.match(line.text):
        return True
    if _FROM_HOME.match(line.text) and len(line.text) <= _LONGEST // 2:
        return True
    if not line.links:
        return False
    if named and not named.isdisjoint(islice(layout.around(line.box), 3)):
        return True
    return len(line.links) > 1 and _ARROW.match(line.text.partition(line.links[0].text)[2]) is not None


def _trail_lines(layout: Layout, index: int) -> list[int]:
    """Return the lines of the trail: one, or the items of a list."""
    line = layout.lines[index]
    if len(line.links) > 1 or _SEPARATOR.search(_LABEL.sub("", line.text, count=1)):
        return [index]
    for box in islice(layout.around(line.box), 3):
        end = layout.boxes[box].end
        lines = [at for at in range(index, end) if layout.lines[at].kind == "text"]
        if len(lines) > _MOST_STEPS or not all(map(_is_step, (layout.lines[at] for at in lines[1:-1]))):
            break
        if len(lines) > 1 and layout.boxes[box].tag in _LISTS:
            return lines
    return [index]


def _is_step(line: Line) -> bool:
    return bool(line.links) or not line.text.strip(" >»›→＞/|")


def _steps(text: str) -> list[str]:
    """Return the steps a line prints; a step that is no link counts too."""
    return [
        step for piece in _SEPARATOR.split(_LABEL.sub("", text, count=1)) if (step := piece.strip(" :：>|"))
    ]
