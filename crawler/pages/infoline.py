"""信息行: the lines that tell time, source and people, near the headline or at the foot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.foot import is_short_credit
from crawler.pages.sheets import find_calendar, is_day_of_visit
from crawler.pages.telling import has_stamp, is_called, said_of, tells_time
from pipelines.boilerplate import is_furniture
from pipelines.byline import is_byline, is_promising
from pipelines.folding import fold
from pipelines.names import is_body, is_surely_person
from pipelines.sources import is_outlet

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crawler.pages.layout import Layout, Line

_DATE = re.compile(r"(?<!\d)(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)")
_WHOLE_STAMP = re.compile(r"(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?")
_AGO = re.compile(r"\d+\s*(?:年|个?月|天|小时|分钟)前")
_PERSON = re.compile(
    r"[\s(（□■]*(?:[\u4e00-\u9fff]{2,8}(?:记者|通讯员)[\s:：]|本[报网刊台]|特约|实习|见习|通讯员|记者|[文图]\s?[/／]|文图|[\u4e00-\u9fff]{2,4}[/／|｜][^。]{2,12}$)"
)
_DAY_ONLY = re.compile(
    r"[\s(（\[]*[\u4e00-\u9fff]{0,8}\s*\d{1,2}[-/月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s)）\]]*"
)
DAY_TOLD = re.compile(r"\s*[(（]\s*(?:19|20)\d{2}\s*[年.-]\s*\d{1,2}\s*[月.-]\s*\d{1,2}\s*日?\s*[)）]\s*")
"""The day on which a speech was held."""

_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_LETTERS = re.compile(r"[\u4e00-\u9fff]{2}")
_PLACE = re.compile(r"[\s一二三四五六\d、.．(（)）]*[\u4e00-\u9fff]{0,2}地\s*[点址]\s*[:：]")
_ITEMS = 8
"""Most items of a list that is an info line."""

_PIECE, _NAME = 60, 12
"""Characters of a piece of the info line, and of an outlet's linked name."""

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


def find_info(layout: Layout, infos: InfoLines, headline: range, trail: Collection[int]) -> tuple[int, ...]:
    """Return the lines at the headline that make up its info line.

    Under the headline, up to the first paragraph, a bare date or a reporter's name is one
    too; over the headline only a line that could be nothing else.
    """
    if not headline:
        return ()
    sheet, below = find_calendar(layout, headline), _under(layout, infos, headline.stop, trail)
    under = _without_day_told((*sheet, *below), layout)
    if any(tells_time(layout.lines[at]) for at in under if at not in sheet or at >= headline.stop):
        return tuple(dict.fromkeys(under))
    over = [
        at
        for at in range(max(0, headline.start - _BEFORE), headline.start)
        if not is_day_of_visit(layout.lines[at].text)
        and infos[at]
        and (at == headline.start - 1 or _is_stamped(layout.lines[at]))
    ]
    return tuple(dict.fromkeys((*over, *under)))


def _without_day_told(found: Sequence[int], layout: Layout) -> tuple[int, ...]:
    """Return the lines without a day in brackets, on which a speech was held, where another line tells the time."""
    others = [at for at in found if not DAY_TOLD.fullmatch(layout.lines[at].text)]
    is_needless = len(others) < len(found) and any(tells_time(layout.lines[at]) for at in others)
    return tuple(others if is_needless else found)


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
            or is_called(layout, at)
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
    return has_stamp(line.text) and not DAY_TOLD.fullmatch(line.text)


def _opens_body(line: Line, *, told: bool) -> bool:
    """Return whether a line is of the body: a sentence, or anything printed after the time has been told."""
    if line.link_share > _LINKED or is_furniture(line.text):
        return False
    return told or len(line.text) > _PARAGRAPH or line.text.endswith(("。", "！", "？"))


def _is_piece(line: Line) -> bool:
    """Return whether a line under a headline can only be a piece of its info line."""
    if _EMPTY_LABEL.fullmatch(line.text) or is_short_credit(line.text):
        return True
    if len(line.text) > _PIECE or line.text.endswith(_GOES_ON) or "，" in line.text or _is_entry(line):
        return False
    return bool(_DATE.search(line.text) or _PERSON.match(line.text) or _DAY_ONLY.fullmatch(said_of(line)))


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
