"""The blocks of links a page is made of: rows of items that look alike, each leading to one address."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, starmap, takewhile
from typing import NamedTuple

from lxml import etree

from crawler.pages.links import Anchor
from crawler.pages.markup import PageText, class_words, common_ancestor, text_of
from crawler.pages.trail import Place

_NO_HEADING = re.compile(r"[\d\s年月日/.\-·•|>»]*")
"""A date or a mark between two groups doesn't make the second a list of its own."""


class Item(NamedTuple):
    """The largest element that leads to one address only: a list item, a table row, a card, a bare link."""

    element: etree._Element
    url: str
    anchors: tuple[Anchor, ...]
    page: PageText
    """The text it stands in."""

    @property
    def pieces(self) -> list[str]:
        """Its readable pieces of text."""
        return self.page.pieces(self.element)


@dataclass(frozen=True, slots=True)
class Block:
    """Items that stand together."""

    items: tuple[Item, ...]

    @property
    def root(self) -> etree._Element:
        """The smallest element that holds them all."""
        return common_ancestor([item.element for item in self.items])


def blocks_of(anchors: Iterable[Anchor], place: Place) -> list[Block]:
    """The blocks these links form, in page order."""
    blocks: list[list[Item]] = []
    last: _Row | None = None
    for row in _Grid(anchors, place).rows():
        if last is not None and _goes_on(last, row):
            blocks[-1].extend(row.items)
        else:
            blocks.append(row.items)
        last = row
    return [Block(tuple(items)) for items in blocks]


def adopted(block: Block, anchors: Iterable[Anchor]) -> list[Item]:
    """Items these links make in the rows of a block: same parent, same tag, and none of the block's."""
    rows = {(item.element.getparent(), item.element.tag) for item in block.items}
    known = {item.element for item in block.items}
    page = block.items[0].page
    found: dict[etree._Element, Item] = {}
    for element, link in anchors:
        for holder, parent in pairwise([element, *element.iterancestors()]):
            if (parent, holder.tag) in rows and known.isdisjoint(holder.iter()):
                found.setdefault(holder, Item(holder, link.url, ((element, link),), page))
    return list(found.values())


class _Row(NamedTuple):
    """Items under one parent."""

    outer: etree._Element
    """The largest element round them that holds no other row."""

    items: list[Item]


class _Grid:
    """Which addresses each element of the page leads to."""

    def __init__(self, anchors: Iterable[Anchor], place: Place) -> None:
        self.anchors = list(anchors)
        self.address: dict[etree._Element, str | None] = dict.fromkeys(place.frames)
        """The one address an element leads to; None where there are several, or it holds heading or breadcrumb."""
        self.links: Counter[etree._Element] = Counter()
        for element, link in self.anchors:
            holders = [element, *element.iterancestors()]
            self.links.update(holders)
            for holder in holders:
                known = self.address.setdefault(holder, link.url)
                if known is None:  # nor is there one round it
                    break
                if known != link.url:
                    self.address[holder] = None
        self.page = place.page

    def rows(self) -> list[_Row]:
        """The rows of the page, in page order."""
        alike: dict[tuple[object, str], list[Item]] = {}
        for item in self._items():
            alike.setdefault((item.element.getparent(), str(item.element.tag)), []).append(item)
        outer = {key: self._outer(items[0]) for key, items in alike.items() if len(items) > 1}
        beside = {(element.getparent(), element.tag) for element in outer.values()}
        rows: dict[etree._Element, list[Item]] = {}
        for key, items in alike.items():
            for item in items:  # one alone beside rows is a row of one, the rest of a list set in fives
                holder = item.element if key in beside or key not in outer else outer[key]
                rows.setdefault(holder, []).append(item)
        order = {element: position for position, (element, _) in enumerate(self.anchors)}
        return sorted(starmap(_Row, rows.items()), key=lambda row: order[row.items[0].anchors[0][0]])

    def _items(self) -> list[Item]:
        held: dict[etree._Element, list[Anchor]] = {}
        for anchor in self.anchors:
            outermost = _climb(anchor[0], lambda holder: self.address[holder] is not None)
            held.setdefault(outermost, []).append(anchor)
        return [Item(element, group[0][1].url, tuple(group), self.page) for element, group in held.items()]

    def _outer(self, item: Item) -> etree._Element:
        """The largest element round the item's row that holds no other link."""
        row = next(item.element.iterancestors())
        return _climb(row, lambda holder: self.links[holder] == self.links[row])


def _climb(element: etree._Element, may: Callable[[etree._Element], bool]) -> etree._Element:
    """The largest element round this one that still may be taken; never the whole page."""
    for holder in element.iterancestors():
        if holder.tag == "body" or not may(holder):
            break
        element = holder
    return element


def _goes_on(last: _Row, row: _Row) -> bool:
    """True for a neighbour of the same make with no heading between: lists are often set in fives."""
    if not _are_alike(last.outer, row.outer) or _paths(last).isdisjoint(_paths(row)):
        return False
    return not is_heading(text_between(last.outer, row.outer) + _text_before(row.items[0].element, row.outer))


def _paths(row: _Row) -> set[tuple[str, ...]]:
    """The tags between the row's outermost element and each of its links."""
    links = (element for item in row.items for element, _ in item.anchors)
    return {tuple(_tags_up_to(row.outer, link)) for link in links}


def _tags_up_to(outer: etree._Element, link: etree._Element) -> Iterator[str]:
    return (str(holder.tag) for holder in takewhile(lambda one: one is not outer, link.iterancestors()))


def text_between(one: etree._Element, other: etree._Element) -> str:
    """The text between two neighbours."""
    between = one.tail or ""
    for sibling in one.itersiblings():
        if sibling is other:
            break
        between += text_of(sibling) + (sibling.tail or "")
    return between


def _are_alike(one: etree._Element, other: etree._Element) -> bool:
    """Siblings of one tag that share a class word, or have none."""
    if one.getparent() is not other.getparent() or one.tag != other.tag:
        return False
    ours, theirs = class_words(one), class_words(other)
    return bool(ours & theirs) or not (ours or theirs)


def is_heading(text: str) -> bool:
    """True of text that names what follows."""
    return not _NO_HEADING.fullmatch(text)


def _text_before(element: etree._Element, outer: etree._Element) -> str:
    """The text of the outer element that stands before the element."""
    text = ""
    while element is not outer:
        before = "".join(
            text_of(sibling) + (sibling.tail or "") for sibling in element.itersiblings(preceding=True)
        )
        parent = element.getparent()
        if parent is None:
            break
        text = (parent.text or "") + before + text
        element = parent
    return text
