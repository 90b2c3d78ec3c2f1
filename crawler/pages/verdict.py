"""Whether a page is an article at all; what is none is refused by name."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from crawler.pages.compare import fold
from crawler.pages.records import is_record, record_facts
from pipelines.boilerplate import leads_to_neighbour
from pipelines.refusals import NeedsJavascript, NoBody, NotAnArticle, Refusal, SoftNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.document import Document
    from crawler.pages.marks import Landmarks
    from pipelines.items import Block

_NOT_FOUND_TITLE = re.compile(
    r"信息提示|提示信息|系统提示|错误提示|出错|404|not\s*found|(?:页面|信息|内容|文章|文件)(?:不存在|未找到|没有找到|已删除)"
    r"|(?:找不到|无法找到)(?:页面|网页|文件)|访问的(?:页面|网页)",
    re.IGNORECASE,
)
_NOT_FOUND_TEXT = re.compile(
    r"(?:页面|信息|内容|文章|文件|资源|记录|链接|网页)[^。]{0,8}(?:不存在|未找到|没有找到|找不到|已被?删除|已过期|未通过审核)"
    r"|(?:找不到|没有找到|无法找到|不存在)[^。]{0,8}(?:页面|网页|文件|信息|内容|文章)|您访问的|404\s*not\s*found"
    r"|如果您?的浏览器没有自动跳转|自动(?:返回|跳转)|数据库(?:连接|查询|服务器).{0,4}(?:错误|失败)",
    re.IGNORECASE,
)
_ERROR_PAGE = 300
"""Characters an error page has at most."""

_SHELL = 30
"""Characters a page needs before it is more than a shell for a script."""

_DATED = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|[\[(（]?\d{1,2}-\d{1,2}[\])）]?$")
_ENTRIES, _TEASERS = 4, 3
_ALL_LINK = 0.9
_ENTRY_DATE = 40
_NAME = 5
"""Characters of a heading that is a section's name rather than a headline."""

_SURE = 0.6
"""Certainty of a headline that is worth an info line."""

_SHEET = re.compile(r"第[a-z]?\d{1,3}版")
"""The sheet of a newspaper, which lists its stories."""

_MENU_ITEM = 8
_NOTICE = 30
_TEXT, _STORY = 80, 400
"""Characters of text that make a story: under a sure headline, under one that is guessed, and under none."""


def refusal_of(
    document: Document, marks: Landmarks, info: Sequence[int], content: Sequence[Block]
) -> Refusal | None:
    """Return why the page is no article, or None where it is one.

    Args:
        document: the page.
        marks: its landmarks.
        info: the lines of its info line.
        content: its body region, template noise stripped.
    """
    texts = [line.text for line in document.layout.lines if line.kind == "text"]
    length = sum(map(len, texts))
    if length <= _ERROR_PAGE and _is_error(document.title, () if info else texts):
        return SoftNotFound((document.title or texts[0])[:80])
    if length < _SHELL and document.tagged("script"):
        return NeedsJavascript(f"{length} characters of text")
    if is_record(texts):
        return NotAnArticle("a record of another kind: " + ", ".join(sorted(record_facts(texts))))
    if not content:
        return NoBody() if info else NotAnArticle("no text mass and no info line")
    if not _tells_a_story(document, marks, info, content):
        return NotAnArticle("a list, a home page or a form")
    return None


def _is_error(title: str, texts: Sequence[str]) -> bool:
    return bool(_NOT_FOUND_TITLE.search(title) or any(map(_NOT_FOUND_TEXT.search, texts)))


def _tells_a_story(
    document: Document, marks: Landmarks, info: Sequence[int], content: Sequence[Block]
) -> bool:
    """Return whether headline, info line and text mass together speak for one story."""
    title = fold(marks.headline.title)
    if _SHEET.match(title):
        return False
    names_section = len(title) < _NAME or title in map(fold, marks.crumbs) or _is_menu_item(document, title)
    if info:
        return not (
            (names_section and _entries(document) >= _ENTRIES)
            or _is_of_teaser(document, marks.headline.lines.stop, info[0])
        )
    if names_section:
        return False
    plain = sum(len(block.text) * (1 - block.link_share) for block in content if block.kind == "text")
    if marks.headline.certainty < _SURE and not _has_neighbours(document):
        return plain >= (_TEXT if marks.headline.lines else _STORY)
    return plain >= _NOTICE or any(block.kind == "file" for block in content)


def _has_neighbours(document: Document) -> bool:
    return any(leads_to_neighbour(line.text) for line in document.layout.lines if line.links)


def _is_of_teaser(document: Document, headline: int, info: int) -> bool:
    """Return whether the info line is that of a story the page only links to, one of several.

    Args:
        document: the page.
        headline: the line after the headline.
        info: the info line.
    """
    if info < headline or not _is_dated_teaser(document, headline, info):
        return False
    lines = range(headline, len(document.layout.lines))
    teasers = (at for at in lines if _is_dated_teaser(document, headline, at))
    return len(list(islice(teasers, _TEASERS))) == _TEASERS


def _is_dated_teaser(document: Document, headline: int, at: int) -> bool:
    """Return whether a line prints a date and a linked headline stands in one of the two before it."""
    lines = document.layout.lines
    before = lines[max(headline, at - 2) : at]
    linked = any(line.link_share >= _ALL_LINK and len(line.text) >= _MENU_ITEM for line in before)
    return linked and _DATED.search(lines[at].text) is not None


def _is_menu_item(document: Document, title: str) -> bool:
    if len(title) > _MENU_ITEM:
        return False
    return any(fold(link.text) == title for line in document.layout.lines for link in line.links)


def _entries(document: Document) -> int:
    """Return how many lines look like entries of a list: a link and a date, or a date alone under a link."""
    lines = document.layout.lines
    return sum(
        1
        for before, line in pairwise(lines)
        if _DATED.search(line.text) and (line.links or (before.links and len(line.text) <= _ENTRY_DATE))
    )
