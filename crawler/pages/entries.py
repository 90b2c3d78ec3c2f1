"""From the items of a list to its entries: which of the texts is the title, which the date."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise, starmap, takewhile
from typing import NamedTuple

from lxml import etree

from crawler.pages.blocks import Block, Item
from crawler.pages.links import Link
from crawler.pages.markup import collapse, pieces_of, text_of

_YEAR, _MONTH, _DAY = r"(?<!\d)(?P<y>(?:19|20)\d{2})年?", r"(?P<m>\d{1,2})月?", r"(?P<d>\d{1,2})(?!\d)日?"
_BETWEEN = r"(?:\s*[-/.—－]\s*|\s+|(?<=[年月])\s*)"
_CLOCK = r"(?:\s*T?\d{1,2}:\d{2}(?::\d{2})?)?"
_DATES = (
    re.compile(_YEAR + _BETWEEN + _MONTH + _BETWEEN + _DAY + _CLOCK),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})日?[\s/]+{_YEAR}{_BETWEEN}(?P<m>\d{{1,2}})月?(?!\d)"),
    re.compile(rf"(?<!\d){_MONTH}{_BETWEEN}(?P<d>\d{{1,2}})日?[\s/]+{_YEAR}(?!\d)"),
    re.compile(
        rf"(?<![\d.:/-])(?:0?[1-9]|1[0-2])(?:\s*[-/]\s*|月)(?:[12]\d|3[01]|0?[1-9])(?![\d.:/-])日?{_CLOCK}"
    ),
    re.compile(
        r"(?<![\d.:/-])(?P<y>[0-3]\d)(?P<sign>[-/])(?P<m>0[1-9]|1[0-2])(?P=sign)(?P<d>[0-2]\d|3[01])(?![\d.:/-])"
        + _CLOCK
    ),
    re.compile(rf"(?<!\d)\d{{1,2}}\s*个?(?:分钟|小时|天|周|月|年)前|(?:昨天|前天|今天){_CLOCK}|刚刚"),
)
"""Year first, day apart before year and month, year apart after month and day, no year, two digits of it, relative."""

_HAS_DATE = re.compile(r"(?:19|20)\d{2}|\d(?:\s*[-/]|月)|前|[昨今]天|刚刚")
"""What each of them has in it: little of a long summary has."""
_MAY_BE_DATED = re.compile(r"\d|[昨前今]天|刚刚")
"""What one of them at least has in it that stand side by side and make a date together."""
_LABEL = re.compile(r"(发布|更新|发表|添加|录入)?(时间|日期|于)|[\s\[\]【】()（）:：|/·]")
_ROUND_A_DATE = 30
"""A line of source, views and date has that much round its date; more is a summary that tells of a date."""

_BOXES = ("div", "p", "dt", "dd", "li")
_BULLETS = " ·•◆◇■□▪●○▶»"
_COUNT = re.compile(r"[\[(（]?\s*\d+\s*[\])）]?\s*(次|人|阅读|浏览|点击|评论)?")
_COLUMN = re.compile(
    r"置?顶|推?荐|热门?|图文|原创|NEW|[\[【〔(（|][^\[\]【】()（）]{1,8}[\]】〕)）|]|[·•◆◇■□▪●○▶»]+"
)
_NO_TITLE = re.compile(
    r"[\[(（【<\s-]*((阅读|查看|浏览|了解)?(更多|全文|全部|原文|详情|详细|详细内容|内容)|点击(查看|阅读|进入)\w{0,4}"
    r"|(继续)?阅读(剩余|余下)?(部分|全文)?\s*([“\"《].*)?|(\w+ )?more|details?|view)[\])）】>»›\s.…-]*",
    re.IGNORECASE,
)
_REST = re.compile(r"^标题[:：]\s*|\s*(发[布表]|更新|添加)?(时间|日期|作者|来源|点击)(次?数)?[:：].*")
"""What some templates put into a title attribute round the title."""
_NAME_BEHIND = re.compile(r"\s*[-_|–—]\s*[^-_|–—]{2,12}$")
"""The name of the site, as in the title of the page that is linked."""

_FIRST_YEAR = "1990"
"""No page of the web is older: 1970-01-01 is an empty field."""

_PAGES = re.compile(r"页次|每页|共\s*\d+\s*页")
_CUT = re.compile(r"(\.{2,}|…+)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    title: str
    url: str
    """Absolute and canonical; on another host where the editor entered a link."""

    date: str | None = None
    """ISO, where the list prints year, month and day."""

    date_text: str | None = None
    """The date as printed, with or without a year."""


def entries_of(block: Block) -> list[Entry]:
    """The entries of a list, each address once."""
    entries: dict[str, Entry] = {}
    titles = [title_of(item) for item in block.items]
    for item, title, printed in zip(block.items, titles, _printed_dates(block, titles), strict=True):
        if title and item.url not in entries:
            entries[item.url] = Entry(title, item.url, _iso(printed), printed.text if printed else None)
    return list(entries.values())


def title_of(item: Item) -> str:
    """What its first telling link says, whole where another link says it whole, else what the item says first.

    A link round a summary tells more, but is no title.
    """
    title = next((said for said in _told_by(item) if not _is_badge(said)), "")
    if (begun := _uncut(title)) != title:
        return max((said for said in _told_by(item) if said.startswith(begun)), key=len)
    return title or _pictured(item) or _first_words(item)


def _told_by(item: Item) -> Iterator[str]:
    return (said for element, link in item.anchors if (said := headline(element, link)))


def _pictured(item: Item) -> str:
    """What stands in for the pictures of its links."""
    images = (image for element, _ in item.anchors for image in element.iter("img"))
    return max((collapse(image.get("alt") or "") for image in images), key=len, default="")


def _first_words(item: Item) -> str:
    """The name beside a link that says no more than 查看详情."""
    lines = map(collapse, item.pieces)
    return next(
        (line for line in lines if line and not _is_badge(line) and not _NO_TITLE.fullmatch(line)), ""
    )


def headline(element: etree._Element, link: Link) -> str:
    """What a link says of its target, less date, counter and column; may be empty.

    Text may be cut (农商行召开…) and the attribute hold all of it; the attribute may be broken off at a quote
    nobody escaped, or the text hold more than the title. A link round a whole card has it in a heading.
    """
    text = _own_words(element) if link.text and len(element) else link.text.lstrip(_BULLETS)
    attribute = link.title_attr
    if ":" in attribute or "：" in attribute:
        attribute = _REST.sub("", attribute)
    if attribute in {"", text}:
        return "" if _NO_TITLE.fullmatch(text) else text
    if text and _NAME_BEHIND.match(attribute.removeprefix(text)) and attribute.startswith(text):
        return text
    if _NO_TITLE.fullmatch(attribute):
        attribute = ""
    if not text or _NO_TITLE.fullmatch(text):
        return attribute
    if attribute and attribute.startswith(_uncut(text)):
        return attribute
    broken_off = text.startswith(attribute) and text[len(attribute) :].lstrip()[:1] in {'"', "'"}
    return attribute if attribute and attribute in text and not broken_off else text


def _own_words(element: etree._Element) -> str:
    """The text of a link less its badges: dates, counters and column names in elements of their own."""
    for heading in element.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        if said := text_of(heading):
            return said
    if told := _first_of_card(element):
        return told
    kept = [element.text or ""]
    for child in element:
        said = text_of(child)
        kept += ["" if _holds_badge(child, said) else said, child.tail or ""]
    return collapse("".join(kept)).lstrip(_BULLETS)


def _first_of_card(link: etree._Element) -> str:
    """What stands in the first of several boxes of a link that is no badge: the title of a card."""
    boxes = [box for box in link.iter(*_BOXES) if box is not link and _is_innermost(box)]
    said = (text for box in boxes if (text := text_of(box)) and not _holds_badge(box, text))
    return next(said, "").lstrip(_BULLETS) if len(boxes) > 1 else ""


def _is_innermost(box: etree._Element) -> bool:
    return next(islice(box.iter(*_BOXES), 1, None), None) is None


def _holds_badge(element: etree._Element, said: str) -> bool:
    """True of an element that says no more than a date, a counter or a column, if only with its pieces apart."""
    return _is_badge(said) or _is_badge(collapse(" ".join(pieces_of(element))))


def _is_badge(text: str) -> bool:
    if _COUNT.fullmatch(text) or _COLUMN.fullmatch(text):
        return True
    date = _date_in(text)
    return date is not None and not date.beside


class Printed(NamedTuple):
    """A date as printed."""

    text: str

    beside: int
    """Characters of the line round it, labels and signs left out."""

    parts: re.Match[str]

    @property
    def has_year(self) -> bool:
        """True where it is a whole date."""
        return "y" in self.parts.re.groupindex


def _date_in(text: str) -> Printed | None:
    if not _HAS_DATE.search(text):
        return None
    found = next((match for pattern in _DATES if (match := pattern.search(text))), None)
    if found is None:
        return None
    return Printed(found[0], len(_LABEL.sub("", text[: found.start()] + text[found.end() :])), found)


def _printed_dates(block: Block, titles: list[str]) -> list[Printed | None]:
    """The date of each item: where most items have one, inside them, after them or before them."""
    best: list[Printed | None] = [None] * len(titles)
    around = block.root.getparent()
    page = block.items[0].page
    if not _MAY_BE_DATED.search("".join(page.pieces(block.root if around is None else around))):
        return best  # a menu, say
    for places in _places(block):
        dates = [_best_date(pieces, title) for pieces, title in zip(places, titles, strict=True)]
        best = max(best, dates, key=_count)
        if _count(best) == len(titles):
            break
    return best


def _places(block: Block) -> Iterator[list[list[str]]]:
    """The texts of each item among which its date may stand, one place after the other."""
    inside = [item.pieces for item in block.items]
    yield inside
    yield [own + follow for own, follow in zip(inside, _followers(block), strict=True)]
    yield [_text_before(item) for item in block.items]
    yield _headed(block, inside)


def _count(dates: list[Printed | None]) -> int:
    return len(dates) - dates.count(None)


def _best_date(pieces: list[str], title: str) -> Printed | None:
    """The date with the least round it; the title itself may tell of one."""
    if not _MAY_BE_DATED.search("\n".join(pieces)):
        return None
    lines = [line for piece in pieces if (line := collapse(piece)) and not _is_other(line, title)]
    dates: list[Printed] = []
    for line in chain(lines, starmap("{} {}".format, pairwise(lines))):
        if date := _date_in(line):
            if date.has_year and not date.beside:
                return date
            dates.append(date)
    short = [date for date in dates if date.beside <= _ROUND_A_DATE]
    return min(short, key=lambda date: (not date.has_year, date.beside), default=None)


def _is_other(line: str, title: str) -> bool:
    """True of the title, which may tell of a date, and of a pager's count, which looks like one."""
    is_title = title in line or (len(line) > len("2020-10-26") and title.startswith(_uncut(line)))
    return is_title or ("页" in line and _PAGES.search(line) is not None)


def _uncut(text: str) -> str:
    return _CUT.sub("", text) if text.endswith((".", "…")) else text


def _followers(block: Block) -> Iterator[list[str]]:
    """The texts after each item up to the next: summaries and dates often stand in rows of their own."""
    elements = {item.element for item in block.items}
    usual = 0
    for item in block.items:
        between = list(takewhile(lambda sibling: sibling not in elements, item.element.itersiblings()))
        after = item.element if not between else between[-1]
        is_last = after.getnext() is None
        usual = usual if is_last else max(usual, len(between))
        texts = [item.element.tail or ""]
        for sibling in between[:usual]:  # what follows the last item belongs to the page
            texts += [*item.page.pieces(sibling), sibling.tail or ""]
        yield texts


def _headed(block: Block, inside: list[list[str]]) -> list[list[str]]:
    """The texts of each item, and of the date that stands over it and those that follow, if several head the list."""
    page = block.items[0].page
    before = [block.root, *(item.element for item in block.items[:-1])]
    headings: list[list[str]] = []
    for last, item in zip(before, block.items, strict=True):
        between = map(collapse, page.between(last, item.element))
        dates = [line for line in between if (date := _date_in(line)) and not date.beside]
        headings.append(dates[-1:] or (headings[-1] if headings else []))
    if not headings[0] or len({*map(tuple, headings)}) == 1:
        return [[] for _ in block.items]
    return [own + heading for own, heading in zip(inside, headings, strict=True)]


def _text_before(item: Item) -> list[str]:
    """The text between an item and the element before it, and that element's own where it is no link."""
    before = item.element.getprevious()
    if before is None:
        parent = item.element.getparent()
        return [(parent.text or "") if parent is not None else ""]
    is_linked = next(before.iter("a"), None) is not None
    return [*(() if is_linked else item.page.pieces(before)), before.tail or ""]


def _iso(printed: Printed | None) -> str | None:
    """The calendar day, if a year is printed and there is such a day."""
    if printed is None or not printed.has_year:
        return None
    year = printed.parts["y"] if len(printed.parts["y"]) > len("26") else f"20{printed.parts['y']}"
    if year < _FIRST_YEAR:
        return None
    try:
        return dt.date(int(year), int(printed.parts["m"]), int(printed.parts["d"])).isoformat()
    except ValueError:
        return None
