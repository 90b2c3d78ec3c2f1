"""信息行: the lines that tell time, source and people, near the headline or at the foot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.layout import called
from pipelines import byline
from pipelines.boilerplate import is_furniture
from pipelines.byline import is_byline, is_promising
from pipelines.folding import fold
from pipelines.labels import LABELS, PEOPLE, cut
from pipelines.names import is_body, is_surely_person
from pipelines.sources import is_outlet

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.pages.layout import Layout, Line

_STAMP = re.compile(
    r"(?<!\d)(?:\d{4}|\d{2})\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)|\d{1,2}:\d{2}|\d+\s*(?:年|天|小时|分钟)前|[昨前今]天"
)
_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)")
_WHOLE_STAMP = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?")
_AGO = re.compile(r"\d+\s*(?:年|个?月|天|小时|分钟)前")
_PERSON = re.compile(
    r"[\s(（□■]*(?:[\u4e00-\u9fff]{2,8}(?:记者|通讯员)[\s:：]|本[报网刊台]|特约|实习|见习|通讯员|记者|文[/／]|图[/／]|文图|[\u4e00-\u9fff]{2,4}[/／|｜][^。]{2,12}$)"
)
_DAY_ONLY = re.compile(
    r"[\s(（\[]*[\u4e00-\u9fff]{0,8}\s*\d{1,2}[-/月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s)）\]]*"
)
_CALENDAR = re.compile(
    r"\d{1,2}日?\s+(?:19|20)\d{2}\s?[-./年]\s?\d{1,2}月?|(?:19|20)\d{2}年?\s+\d{1,2}[-/月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
DAY_TOLD = re.compile(r"\s*[(（]\s*(?:19|20)\d{2}\s*[年.-]\s*\d{1,2}\s*[月.-]\s*\d{1,2}\s*日?\s*[)）]\s*")
"""The day on which a speech was held."""

_REGISTER = re.compile(r"\s*索\s*引\s*号\s*[:：]?")
_REGISTERED = re.compile(r"(?:发布|公开|公布|发文)(?:日期|时间|机构|机关|单位)\s*[:：]")
_TABLES, _ROWS = frozenset(("table", "ul", "dl")), 20
_ISSUE = re.compile(
    r"^(?!.*(?:今天|现在|您好)).*(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*[(（]?(?:星期|周)[一二三四五六日天]"
)
_SHEET_OF_PAPER = re.compile(r"第\s*[A-Z]?\d{1,3}\s*版|(?<![\dA-Z])[A-Z]?\d{2}\s*版\s*[:：]")
_SHEET, _SHEET_OVER = 24, 6
"""Characters of a calendar sheet, and lines it may begin before the headline it stands beside."""

_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_COUNT = re.compile(r"[\W_]*[\d.,]*[万wWkK+]*次?[\W_]*")
_ADDRESS = re.compile(r"^(?:https?://|www\.)[\w./-]+\s+")
_BRACKETS = re.compile(r"[\s\[\]()（）【】]*")
"""What is left of `[打印] [关闭]` without the buttons."""

_LETTERS = re.compile(r"[\u4e00-\u9fff]{2}")
_PLACE = re.compile(r"[\s一二三四五六\d、.．(（)）]*[\u4e00-\u9fff]{0,2}地\s*[点址]\s*[:：]")
_ITEMS = 8
"""Most items of a list that is an info line."""

_PIECE, _NAME = 60, 12
"""Characters of a piece of the info line, and of an outlet's linked name."""

_PLAIN = re.compile(r"[^\W\d_][^\d:：|｜，。]{1,15}")
"""A name without a label, a count or a time."""

_COLONS = (":", "：")
_GOES_ON = ("。", "：", ":", "，")
"""How a sentence or a salutation ends, and no piece of an info line."""

_PARAGRAPH = 40
_ALL_LINK = 0.9
_LONGEST = 120
_DIGIT = re.compile(r"\d")
_LINKED = 0.6
_AHEAD, _BEFORE, _FOOT = 14, 4, 4
"""Lines after and before the headline, and at the foot, among which the info line is looked for."""

_TELLS_OF_ITSELF = re.compile(r"来\s*源|发\s*[布表]|作\s*者|编\s*辑|更新|稿源|出处")
_WORD_OR_TWO, _SHORT_WORD = 6, 8
"""Characters that stand beside buttons, and of a word in a line of words."""

_SEVERAL = 3
"""Lines with a label each that can be nothing but an info line, with a full date or without."""

_STRANGERS = 2
"""Lines that may stand between a headline and its info line: a subtitle, a summary's label."""

_LABELLED = re.compile(r"\s*[\u4e00-\u9fff]{2,6}\s*[:：]\s*\S{0,12}\s*")
"""A line of a label that says nothing here: 发布人：秘书处."""

_EMPTY_LABEL = re.compile(
    r"(?:(?:信息|文章|新闻|稿件)?来\s*源|作\s*者|时\s*间|日\s*期|编\s*辑|记\s*者|通讯员|责\s*编|稿源|出处|撰\s*稿|供\s*稿|审\s*核|校\s*对)\s*[:：]\s*$"
)


def said_of(line: Line, sections: Collection[str] = ()) -> str:
    """Return what a line says as an info line: its words apart, without buttons, their counters and names of sections."""
    pieces = line.pieces
    if not any(is_furniture(piece) or piece in sections for piece in pieces):
        return _without_address(line.spaced if pieces else line.text)
    said: list[str] = []
    counts = False
    for piece in pieces:
        counts = is_furniture(piece) or (counts and _COUNT.fullmatch(piece) is not None)
        is_section = piece in sections and not (said and said[-1].endswith(_COLONS))
        if not (counts or is_section or _BRACKETS.fullmatch(piece)):
            said.append(piece)
    return _without_address(" ".join(said))


def _without_address(said: str) -> str:
    """Return the words without the site's own address, which some print before the time."""
    return _ADDRESS.sub("", said) if "://" in said or "www." in said else said


def told_of(layout: Layout, at: int, site: Collection[str] = (), sections: Collection[str] = ()) -> str:
    """Return what a line says as an info line, with the labels that only the markup gives.

    Args:
        layout: the page.
        at: the line.
        site: what the site calls itself, which without a label is the outlet.
        sections: the steps of the breadcrumb, which some print in the info line too.
    """
    said = said_of(layout.lines[at], sections)
    own = [("Source", word) for word in said.split() if word in site]
    for call, words in (*_calls_of(layout, at), *own):
        labelled = {piece.field for piece in cut(fold(said)) if piece.label}
        is_other = is_outlet(words) if LABELS[call] in PEOPLE else is_surely_person(words)
        if not (is_other or words in LABELS or LABELS[call] in labelled) and _PLAIN.fullmatch(words):
            said = said.replace(words, f"{call}:{words}", 1)
    return said


def _calls_of(layout: Layout, at: int) -> Sequence[tuple[str, str]]:
    """Return what the markup calls words of a line, or the whole line where it has a box to itself."""
    line = layout.lines[at]
    box = layout.boxes[line.box]
    call = called(box.words) if box.end - box.start == 1 else None
    return line.calls or ([(call, line.text)] if call else ())


class InfoLines:
    """For each line of a page whether it reads like an info line, wherever it stands; looked at when asked for."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._known: dict[int, bool] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, at: int) -> bool:
        known = self._known.get(at)
        if known is None:
            known = self._known[at] = _is_info(self._lines[at]) and not _announces(self._lines, at)
        return known


def _is_info(line: Line) -> bool:
    return bool(
        line.kind == "text"
        and len(line.text) <= _LONGEST
        and is_promising(line.text)
        and (line.link_share < _ALL_LINK or _DIGIT.search(line.text) or _TELLS_OF_ITSELF.match(line.text))
        and not _is_entry(line)
        and is_byline(said_of(line))
    )


def _announces(lines: Sequence[Line], at: int) -> bool:
    """Return whether the time a line tells is that of a meeting: the next line says where."""
    return at + 1 < len(lines) and _PLACE.match(lines[at + 1].text) is not None


def tells_time(line: Line) -> bool:
    """Return whether a line of an info line prints when something was published, if only roughly."""
    said = said_of(line)
    return _STAMP.search(said) is not None and byline.tells_time(said)


def find_info(layout: Layout, infos: InfoLines, headline: range, trail: Collection[int]) -> tuple[int, ...]:
    """Return the lines at the headline that make up its info line.

    Under the headline, up to the first paragraph, a bare date or a reporter's name is one
    too; over the headline only a line that could be nothing else.
    """
    if not headline:
        return ()
    sheet, below = _calendar(layout, headline), _under(layout, infos, headline.stop, trail)
    under = _without_day_told((*sheet, *below), layout)
    if any(tells_time(layout.lines[at]) for at in under if at not in sheet or at >= headline.stop):
        return tuple(dict.fromkeys(under))
    over = [
        at
        for at in range(max(0, headline.start - _BEFORE), headline.start)
        if not _ISSUE.search(layout.lines[at].text)  # it may be the day of the visit
        and infos[at]
        and (at == headline.start - 1 or _is_stamped(layout.lines[at]))
    ]
    return tuple(dict.fromkeys((*over, *under)))


def _without_day_told(found: Sequence[int], layout: Layout) -> tuple[int, ...]:
    """Return the lines without a day in brackets, on which a speech was held, where another line tells the time."""
    others = [at for at in found if not DAY_TOLD.fullmatch(layout.lines[at].text)]
    return tuple(others if any(tells_time(layout.lines[at]) for at in others) else found)


def _calendar(layout: Layout, headline: range) -> tuple[int, ...]:
    """Return the lines of a calendar sheet beside the headline: the day, or the year, in a box of its own."""
    lines = layout.lines
    first, stop = max(0, headline.start - _SHEET_OVER), min(len(lines), headline.stop + _BEFORE)
    told = [said_of(line) for line in lines[first : stop + 2]]
    for start in range(first, stop):
        for length in (3, 2, 1):
            sheet = range(start, min(start + length, len(lines)))
            said = " ".join(told[start - first : start - first + length])
            if len(said) <= _SHEET and not set(sheet) & set(headline) and _CALENDAR.fullmatch(said):
                return tuple(sheet)
    return ()


def find_inner_info(layout: Layout, region: range) -> tuple[int, ...]:
    """Return the info line inside a body region, for a page without one at the headline.

    Under a summary it is told by a date with a clock. At the foot a date alone or behind 时间 is no
    info line: it may be the letter's own, or the meeting's.
    """
    lines = layout.lines
    head = range(region.start, min(region.start + _FOOT, region.stop))
    foot = range(max(region.start, region.stop - _FOOT), min(len(lines), region.stop + _FOOT))
    told = [at for at in head if _CLOCK.search(lines[at].text)]
    told += [at for at in foot if _TELLS_OF_ITSELF.search(lines[at].text)]
    texts = (at for at in told if lines[at].kind == "text")
    for at in texts:
        if _EMPTY_LABEL.fullmatch(lines[at].text) or is_byline(said_of(lines[at])):
            pieces = _with_pieces(lines, at)
            if len(pieces) >= _SEVERAL or any(_is_stamped(lines[piece]) for piece in pieces):
                return pieces
    return ()


def _with_pieces(lines: Sequence[Line], at: int) -> tuple[int, ...]:
    """Return the lines round one of an info line that are its pieces too: each a label, with a value or without."""
    first, end = at, at + 1
    while first > 0 and _is_labelled(lines[first - 1]):
        first -= 1
    while end < len(lines) and _is_labelled(lines[end]):
        end += 1
    return tuple(range(first, end))


def _is_labelled(line: Line) -> bool:
    if line.kind != "text" or len(line.text) > _PIECE or line.link_share > _LINKED:
        return False
    return bool(_EMPTY_LABEL.fullmatch(line.text)) or (
        is_promising(line.text) and ":" in fold(line.text) and is_byline(said_of(line))
    )


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
    texts = [(at, line.text) for at, line in enumerate(layout.lines) if line.kind == "text"]
    issues = [at for at, text in texts if len(text) <= _LONGEST and _ISSUE.search(text)]
    is_paper = any(len(text) <= _LONGEST and _SHEET_OF_PAPER.search(text) for _, text in texts)
    return (issues[0],) if issues and is_paper else ()


def _under(layout: Layout, infos: InfoLines, start: int, trail: Collection[int]) -> tuple[int, ...]:
    found: list[int] = []
    strangers, pictured = 0, False
    for at in range(start, min(len(infos), start + _AHEAD)):
        line = layout.lines[at]
        if (
            at in trail or line.text == layout.lines[start - 1].text
        ):  # some skins print them under the headline
            continue
        if line.kind != "text":  # a portrait, or the picture that opens the body
            pictured = True
            continue
        if pictured and not infos[at] and not _holds_time(line):
            if len(line.text) > _NAME or line.text.endswith(_GOES_ON):
                break
            continue  # the account the portrait belongs to
        if (
            infos[at]
            or (_is_piece(line) and not _announces(layout.lines, at))
            or _is_called(layout, at)
            or _holds_time(line)
            or _is_bar(line)
            or (at == start and _names_somebody(line))
            or _is_name_over_time(layout.lines, at)
            or _is_value(layout, found, at)
        ):
            found.append(at)
        elif _opens_body(line, told=any(map(_tells, (layout.lines[one] for one in found)))):
            break
        elif not line.links and not is_furniture(line.text) and not _LABELLED.fullmatch(line.text):
            strangers += 1
            if strangers > _STRANGERS and not found:
                break
    return tuple(sorted({*found, *(item for at in found for item in _items_beside(layout, at))}))


def _items_beside(layout: Layout, at: int) -> Sequence[int]:
    """Return the other items of the list that a piece of the info line is an item of: `转自 《…》` among them."""
    box = layout.boxes[layout.lines[at].box]
    if box.tag != "li":
        return ()
    items = range(layout.boxes[box.parent].start, layout.boxes[box.parent].end)
    short = all(
        layout.lines[item].kind == "text" and len(layout.lines[item].text) <= _PIECE for item in items
    )
    return items if short and len(items) <= _ITEMS else ()


def _tells(line: Line) -> bool:
    return _STAMP.search(line.text) is not None and not DAY_TOLD.fullmatch(line.text)


def _opens_body(line: Line, *, told: bool) -> bool:
    """Return whether a line is of the body: a sentence, or anything printed after the time has been told."""
    if line.link_share > _LINKED or is_furniture(line.text):
        return False
    return told or len(line.text) > _PARAGRAPH or line.text.endswith(("。", "！", "？"))


def _is_piece(line: Line) -> bool:
    """Return whether a line under a headline can only be a piece of its info line."""
    if _EMPTY_LABEL.fullmatch(line.text):
        return True
    if len(line.text) > _PIECE or line.text.endswith(_GOES_ON) or "，" in line.text or _is_entry(line):
        return False
    return bool(_DATE.search(line.text) or _PERSON.match(line.text) or _DAY_ONLY.fullmatch(said_of(line)))


def _is_called(layout: Layout, at: int) -> bool:
    """Return whether a line is a name that the markup alone calls an author or an outlet."""
    text = layout.lines[at].text
    calls = _calls_of(layout, at) if len(text) <= _NAME and _PLAIN.fullmatch(text) else ()
    return any(words == text for _, words in calls)


def _holds_time(line: Line) -> bool:
    """Return whether a time has an element of its own in a line: it leads, or is told as so long ago."""
    pieces = line.pieces if len(line.text) <= _PIECE and not line.text.endswith(_GOES_ON) else ()
    return any(map(_AGO.fullmatch, pieces)) or (
        bool(pieces) and _WHOLE_STAMP.fullmatch(pieces[0]) is not None
    )


def _names_somebody(line: Line) -> bool:
    """Return whether a line is a few words, each in an element of its own, one of them a name: 罗娅 市场部."""
    words = ["".join(piece.split()) for piece in line.pieces]
    if not words or max(map(len, words)) > _SHORT_WORD:
        return False
    return any(is_surely_person(word) or is_outlet(word) or is_body(word) for word in words)


def _is_bar(line: Line) -> bool:
    """Return whether a line is buttons beside a word or two: 市场部 分享."""
    return any(map(is_furniture, line.pieces)) and 0 < len(said_of(line)) <= _WORD_OR_TWO


def _is_name_over_time(lines: Sequence[Line], at: int) -> bool:
    """Return whether a line is the name of an outlet or a person, and the next one tells the time."""
    below = lines[at + 1] if at + 1 < len(lines) else None
    return (
        below is not None
        and len(lines[at].text) <= _NAME
        and (is_outlet(lines[at].text) or is_surely_person(lines[at].text))
        and len(below.text) <= _PIECE
        and tells_time(below)
        and is_byline(said_of(below))
    )


def _is_entry(line: Line) -> bool:
    """Return whether a line links more than an outlet's name, as the entry of a list does."""
    return any(len(link.text) > _NAME for link in line.links)


def _is_value(layout: Layout, found: Sequence[int], at: int) -> bool:
    """Return whether a line is the value of a label that ends the line before."""
    if not found or found[-1] != at - 1:
        return False
    text = layout.lines[at].text
    if text.endswith(_GOES_ON):
        return False
    return len(text) <= _PIECE // 3 and bool(_EMPTY_LABEL.search(layout.lines[at - 1].text))


def _is_stamped(line: Line) -> bool:
    """Return whether a line holds a full date and words beside it."""
    return bool(_DATE.search(line.text)) and bool(_LETTERS.search(_DATE.sub("", line.text)))
