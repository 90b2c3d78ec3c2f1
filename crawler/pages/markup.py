"""Small questions to a parsed page that lxml leaves open."""

import re
from itertools import islice

from lxml import etree

_SILENT = frozenset({"script", "style", "noscript", "template", "textarea"})
_DEEP = 150
"""Real pages nest some thirty deep; a page made to hurt nests thousands."""


class PageText:
    """The readable text of a page, from one walk: what is asked of many elements costs one and not many.

    Args:
        root: the parsed page, which nobody changes any more.
    """

    def __init__(self, root: etree._Element) -> None:
        self._pieces: list[str] = []
        self._begins: dict[etree._Element, int] = {}
        self._ends: dict[etree._Element, int] = {}
        pieces, begins, ends = self._pieces, self._begins, self._ends
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, node in walk:
            if event == "start":
                begins[node] = len(pieces)
                if node.tag in _SILENT:
                    walk.skip_subtree()
                elif text := node.text:
                    pieces.append(text)
            else:
                ends[node] = len(pieces)
                if text := node.tail:
                    pieces.append(text)

    def pieces(self, element: etree._Element) -> list[str]:
        """As `pieces_of`."""
        begin = self._begins.get(element)
        if begin is None:  # a comment, or what stands in a `noscript`
            return pieces_of(element)
        return self._pieces[begin : self._ends[element]]

    def between(self, first: etree._Element, second: etree._Element) -> list[str]:
        """The pieces of text from the end of an element, or its begin if it holds the other, to the begin of another."""
        at, begin = self._ends.get(first, 0), self._begins.get(second, 0)
        return self._pieces[at if at <= begin else self._begins[first] : begin]

    def of(self, element: etree._Element) -> str:
        """As `text_of`."""
        return collapse("".join(self.pieces(element)))


def text_of(element: etree._Element) -> str:
    """The readable text of an element, white space collapsed."""
    return collapse("".join(pieces_of(element)))


def pieces_of(element: etree._Element) -> list[str]:
    """The readable pieces of text of an element, in page order; scripts and styles have none."""
    if not len(element):  # most links hold nothing but their text
        is_read = isinstance(element.tag, str) and element.tag not in _SILENT
        return [element.text] if is_read and element.text else []
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, node in walk:
        if event == "start" and node.tag in _SILENT:
            walk.skip_subtree()
        elif text := node.text if event == "start" else node.tail if node is not element else None:
            pieces.append(text)
    return pieces


def collapse(text: str) -> str:
    """White space of any kind as one space, none outside."""
    return " ".join(text.split())


def class_words(element: etree._Element) -> set[str]:
    """Whole words of an element's class and id, lower case, digits left out."""
    return set(re.findall(r"[a-z]+", f"{element.get('class') or ''} {element.get('id') or ''}".lower()))


def name_of(root: etree._Element) -> str:
    """What the title of a page says first: the column of a list, the heading of an article."""
    return re.split(r"\s*[-_|—–]\s*", collapse(root.findtext(".//title") or ""))[0]


def is_shallow(element: etree._Element) -> bool:
    """False where so many elements lie round this one that looking at each of them would take for ever."""
    return next(islice(element.iterancestors(), _DEEP, None), None) is None


def common_ancestor(elements: list[etree._Element]) -> etree._Element:
    """The smallest element that holds them all; an element holds itself."""
    holders = {element.getparent() for element in elements}
    if len(elements) > len(holders) == 1 and (parent := holders.pop()) is not None:
        return parent  # of siblings, as most are
    lines = [[*reversed(list(element.iterancestors())), element] for element in elements]
    shared: list[etree._Element] = [
        step[0] for step in zip(*lines, strict=False) if all(other is step[0] for other in step)
    ]
    return shared[-1]


def shared_depth(one: etree._Element, other: etree._Element) -> int:
    """How many elements hold both."""
    holders = {other, *other.iterancestors()}
    return sum(holder in holders for holder in (one, *one.iterancestors()))
