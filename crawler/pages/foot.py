"""What belongs to an article and stands below its body: files to take along, and who answers for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.layout import is_file
from pipelines.boilerplate import ends_article, is_furniture
from pipelines.byline import is_byline

if TYPE_CHECKING:
    from crawler.pages.layout import Layout, Line

_REACH = 12
_CREDIT = re.compile(
    r"(?:编\s*辑|责\s*编|审\s*核|校\s*对|[初复终一二三]审|编审|审校|作\s*者|供\s*稿|通讯员|来\s*源|稿\s*源)\s*[:：/／|｜]"
)
_DATE = re.compile(r"\d{4}\s*[-/.年]")
_LONGEST = 60
_SHORT = 16
_LINKED = 0.6
_NAME = 12
"""Characters of an outlet's linked name."""


def foot_lines(layout: Layout, end: int) -> tuple[int, ...]:
    """Return the files and the credits below a body that ends before line `end`.

    Buttons may stand between; the first link to anything else ends the foot.
    """
    found: list[int] = []
    for at in range(end, min(len(layout.lines), end + _REACH)):
        line = layout.lines[at]
        if line.kind == "file" or _is_credit(line):
            found.append(at)
        elif line.kind == "text" and (ends_article(line.text) or _leads_away(line)):
            break
    return tuple(found)


def _is_credit(line: Line) -> bool:
    return (
        line.kind == "text" and all(len(link.text) <= _NAME for link in line.links) and is_credit(line.text)
    )


def is_credit(text: str) -> bool:
    """Return whether a line names those who answer for an article, and no time."""
    return (
        len(text) <= _LONGEST
        and _CREDIT.search(text) is not None
        and not _DATE.search(text)
        and is_byline(text)
    )


def is_short_credit(text: str) -> bool:
    """Return whether a line is one label of those who answer for an article, and a name: 编辑：青禾财经网."""
    return len(text) <= _SHORT and _CREDIT.match(text) is not None


def _leads_away(line: Line) -> bool:
    if line.link_share <= _LINKED or is_furniture(line.text):
        return False
    return not all(is_file(link.href, link.text) for link in line.links)
