"""Times a page tells beside its info line: on a calendar sheet, in a register, as the day of a newspaper's issue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.telling import said_of

if TYPE_CHECKING:
    from crawler.pages.layout import Layout

_CALENDAR = re.compile(
    r"\d{1,2}日?\s+(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}月?|(?:19|20)\d{2}年?\s+\d{1,2}[-/月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_SHEET, _SHEET_OVER, _UNDER = 24, 6, 4
"""Characters of a calendar sheet, and lines it may begin before the headline it stands beside, or after it."""

_REGISTER = re.compile(r"\s*索\s*引\s*号\s*[:：]?")
_REGISTERED = re.compile(r"(?:发布|公开|公布|发文)(?:日期|时间|机构|机关|单位)\s*[:：]")
_TABLES, _ROWS = frozenset(("table", "ul", "dl")), 20
_ISSUE = re.compile(
    r"^(?!.*(?:今天|现在|您好)).*(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*[(（]?(?:星期|周)[一二三四五六日天]"
)
_SHEET_OF_PAPER = re.compile(r"第\s*[A-Z]?\d{1,3}\s*版|(?<![\dA-Z])[A-Z]?\d{2}\s*版\s*[:：]")
_LONGEST = 120


def find_calendar(layout: Layout, headline: range) -> tuple[int, ...]:
    """Return the lines of a calendar sheet beside the headline: the day, or the year, in a box of its own."""
    lines = layout.lines
    first, stop = max(0, headline.start - _SHEET_OVER), min(len(lines), headline.stop + _UNDER)
    numbers = (at for at in range(first, stop) if said_of(lines[at])[:1].isdigit())
    for start in numbers:
        told = [said_of(line) for line in lines[start : start + 3]]
        for length in (3, 2, 1):
            sheet = range(start, min(start + length, len(lines)))
            said = " ".join(told[:length])
            if len(said) <= _SHEET and not set(sheet) & set(headline) and _CALENDAR.fullmatch(said):
                return tuple(sheet)
    return ()


def find_register(layout: Layout) -> tuple[int, ...]:
    """Return the rows of a public body's register that tell who issued a document and when it was published."""
    numbered = [at for at, line in enumerate(layout.lines) if _REGISTER.match(line.text)]
    around = layout.around(layout.lines[numbered[0]].box) if numbered else iter(())
    table = next((box for box in around if layout.boxes[box].tag in _TABLES), None)
    if table is None:
        return ()
    rows = range(layout.boxes[table].start, layout.boxes[table].end)
    return tuple(at for at in rows if _REGISTERED.search(layout.lines[at].text)) if len(rows) <= _ROWS else ()


def find_issue(layout: Layout) -> tuple[int, ...]:
    """Return the line that prints the day of a newspaper's issue, on a page that names the sheet: 第01版.

    A day printed on every page of a site stands there without a sheet, and says what day it is today.
    """
    texts = [
        (at, line.text)
        for at, line in enumerate(layout.lines)
        if line.kind == "text" and len(line.text) <= _LONGEST
    ]
    issue = next((at for at, text in texts if "年" in text and _ISSUE.search(text)), None)
    is_paper = issue is not None and any("版" in text and _SHEET_OF_PAPER.search(text) for _, text in texts)
    return (issue,) if issue is not None and is_paper else ()


def is_day_of_visit(text: str) -> bool:
    """Return whether a line may be no more than what day it is today, with its day of the week."""
    return _ISSUE.search(text) is not None
