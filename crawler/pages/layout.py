"""A page as lines of text and the boxes they stand in: the one walk over the tree.

A line is what a reader sees as one: a paragraph, a heading, a list item, a row of a data
table, the stretch between two `br`. Everything that judges a page does so on these lines
and never looks at the tree again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from lxml import etree

from pipelines.boilerplate import is_furniture
from pipelines.refusals import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Attributes = Mapping[str, str]

MAX_DEPTH = 1_000
"""The parser itself drops what is nested deeper than 2,048."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table
    tbody td tfoot th thead tr ul
    """.split()
)
_INLINE = frozenset("b bdi cite em font i label small span strong time u".split())
_UNREAD = frozenset(
    """
    audio base button canvas embed head iframe input link map math meta noframes noscript object option
    script select style svg template textarea title video
    """.split()
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_HIDDEN = re.compile(r"display:none|visibility:hidden")
_SHRUNK = re.compile(r"(?<![a-z-])font-size:0(?:\.0+)?(?:px|pt|r?em|%)?(?:;|$|!)")
"""A box of this size may hold others that set their own; what stands in it straight away can't be seen."""

_CALLS = {
    **dict.fromkeys(("source", "from", "befrom", "copyfrom", "origin", "laiyuan", "src"), "Source"),
    **dict.fromkeys(("author", "byline", "by", "writer", "zuozhe"), "Author"),
    **dict.fromkeys(("editor", "bianji"), "Editor"),
}
"""Words by which templates call what stands in an element; where no label is printed they are all there is."""

_DRAWN = {"user": "Author", "person": "Author"}
"""Words that call so only the empty element of an icon, and what stands behind it."""

_ONE_DATE = re.compile(r"\d[年月日时分秒]|[年月日时分]\d")
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|csv|zip|rar|7z|tar|gz)(?:$|[?#])", re.IGNORECASE
)
_PAGE_ENDS = (".html", ".htm", "/")
"""How most addresses end: those of pages."""

_MOST_MEASURED = 100
"""Hidden boxes whose text is measured; a page that hides more of them one in another is made to cost."""

_LENGTH = etree.XPath("string-length(.)")
_NO_ATTRIBUTES: Attributes = {}
_UNNAMED: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
_JOINT = re.compile(r"[-_]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A lazy page keeps the true address of a picture beside a placeholder.
_IMAGE_SOURCES = ("data-original", "data-src", "data-lazy-src", "original", "_src", "src")
_ICON_SIDE = 48
_TEMPLATE_PICTURE = re.compile(
    r"(?:^|[/_-])(?:qr|qrcode|ewm|erweima|weixin|wechat|logo|icon|ico|btn|button|avatar|loading|blank|spacer|share"
    r"|pdf|docx?|word|xlsx?|excel|pptx?|txt|rar|zip)[-_]?\d{0,2}\.\w{2,4}(?:$|\?)",
    re.IGNORECASE,
)
_PICTURE_NAME = 20
"""Characters at the end of an address in which the whole of such a name stands."""

_NAMED, _STYLED = 400, 1000
"""Characters of a class that are looked at; nobody who names a thing needs more."""

_PARTED = 160
"""Characters of a line whose pieces are kept: a trail, an info line, a calendar date."""

_COLUMNS, _CELL = 30, 80
"""Most columns of a data table, most characters of its cells: beyond, it lays out the page."""


@dataclass(slots=True, eq=False)
class Link:
    """A link as a line prints it."""

    text: str
    href: str


@dataclass(slots=True, eq=False)
class Line:
    """One line of the page, in page order."""

    kind: Literal["text", "image", "file"]
    text: str
    box: int
    """Index of the innermost box round it."""

    links: tuple[Link, ...] = ()
    """Of a text its links; of a file the one link; of an image its source, without text."""

    link_share: float = 0.0
    """0 to 1: the share of the letters that stand in links; the date of a list entry is none."""

    heading: int = 0
    """1 to 6 inside `h1` to `h6`, else 0."""

    parts: tuple[str, ...] = ()
    """The stretches of text between the tags inside a short line, as they stand in the markup."""

    calls: tuple[tuple[str, str], ...] = ()
    """What the markup calls words of a short line, and the words: `("Author", "周大山")`."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """What the tags inside the line part, as a style sheet may show it apart; empty where they part nothing."""
        if not self.parts:
            return ()
        pieces = tuple(piece for part in self.parts if (piece := " ".join(part.split())))
        return pieces if len(pieces) > 1 else ()

    @property
    def spaced(self) -> str:
        """The text with a blank where a tag parts two words: `本站<i>张三</i>`, not `<b>10</b>月`."""
        pieces = self.pieces
        if not pieces:
            return self.text
        spaced = pieces[0]
        for piece in pieces[1:]:
            parted = (
                spaced[-1].isalnum() and piece[0].isalnum() and not _ONE_DATE.fullmatch(spaced[-1] + piece[0])
            )
            spaced += f" {piece}" if parted or self.text.startswith(f"{spaced} ") else piece
        return spaced


@dataclass(slots=True, eq=False)
class Box:
    """A block element: the lines `start` to `end` stand in it."""

    tag: str
    parent: int
    """Index of the box round it, -1 for the outermost."""

    start: int
    end: int
    names: frozenset[str]
    """Its classes and its id, lower case, as they stand: `pagelink`."""

    words: frozenset[str]
    """The words in them, and the whole names: `pageLink_2` is page, link and pagelink_2."""


@dataclass(slots=True)
class Layout:
    """All lines of a page and all boxes, both in page order."""

    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def around(self, box: int) -> Iterator[int]:
        """Yield the box and those round it, innermost first."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent

    def holds(self, box: int, line: int) -> bool:
        """Return whether the line stands in the box."""
        return self.boxes[box].start <= line < self.boxes[box].end

    def common(self, one: int, other: int) -> int:
        """Return the innermost box round both boxes."""
        outer = set(self.around(one))
        return next(box for box in self.around(other) if box in outer)

    def words_between(self, box: int, outer: int) -> frozenset[str]:
        """Return the class and id words of a box and those round it, short of the outer one; a form is `<form>`.

        What a quotation calls its own boxes is left out: the footer of a quotation says whose it is.
        """
        words: frozenset[str] = frozenset()
        boxes = self.boxes
        while box >= 0 and box != outer:
            if boxes[box].tag == "blockquote":
                words = frozenset()
            elif boxes[box].tag == "form":
                words |= {"<form>"}
            elif named := boxes[box].words:
                words = words | named if words else named
            box = boxes[box].parent
        return words


def lay_out(root: etree._Element) -> Layout:
    """Return the lines and boxes of the page with this `html` element.

    Raises:
        TooLarge: nested deeper than any page a person made.
    """
    return _Walk().through(root)


def _named(attributes: Attributes) -> tuple[frozenset[str], frozenset[str]]:
    return names_and_words(attributes.get("class", "")[:_NAMED], attributes.get("id", "")[:_NAMED])


@lru_cache(maxsize=4096)
def names_and_words(classes: str, identity: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the classes and the id of an element, lower case, and the whole words in them."""
    names = [*classes.split(), *identity.split()]
    words = {
        word.lower()
        for name in names
        for part in _JOINT.split(name)
        for word in _HUMP.findall(part)
        if "%" not in part
    }
    whole = frozenset(name.lower() for name in names)
    return whole, whole | words


@lru_cache(maxsize=4096)
def called(words: frozenset[str]) -> str | None:
    """Return the label that words of a class or an id stand for; of several the first in order, whatever the set's."""
    return next((label for word, label in _CALLS.items() if word in words), None)


class _Walk:
    """The state of the walk: the line being written, and the boxes open round it."""

    def __init__(self) -> None:
        self._layout = Layout()
        self._lines, self._boxes = self._layout.lines, self._layout.boxes
        self._text: list[str] = []
        self._links: list[Link] = []
        self._calls: list[tuple[str, str]] = []
        self._media: list[Line] = []
        self._open_link: tuple[str, int] | None = None
        """Its href, and where its text begins in `_text`."""
        self._box = -1
        self._headings: list[int] = []
        """The levels of the headings open."""

    def through(self, root: etree._Element) -> Layout:
        """Walk the tree once; every element is entered, left, or passed over with all in it."""
        enter = {
            **dict.fromkeys(_BLOCKS, self._open_box),
            **dict.fromkeys(_HEADINGS, self._open_heading),
            "br": self._break,
            "img": self._see,
            "amp-img": self._see,
            "a": self._link,
            **dict.fromkeys(_INLINE, self._call),
        }
        leave = {
            **dict.fromkeys(_BLOCKS, self._close_box),
            **dict.fromkeys(_HEADINGS, self._close_heading),
            "tr": self._close_row,
            "a": self._close_link,
        }
        unread, shown = _UNREAD, _ShownLater(root)
        steps = etree.iterwalk(root, events=("start", "end"))
        written, depth, passed_over = self._text, 0, False
        for event, element in steps:
            tag = element.tag
            if event == "start":
                depth += 1
                if depth > MAX_DEPTH:
                    raise TooLarge(f"nested more than {MAX_DEPTH} deep")
                attributes = _NO_ATTRIBUTES
                passed_over = tag in unread
                if not passed_over and (items := element.items()):
                    attributes = dict(items)
                    may_hide = "style" in attributes or "hidden" in attributes
                    passed_over = may_hide and _is_styled_away(element, attributes) and element not in shown
                if passed_over:
                    steps.skip_subtree()
                    continue
                if opens := enter.get(tag):
                    opens(element, attributes)
                text = element.text
            else:
                depth -= 1
                if passed_over:
                    passed_over = False
                elif closes := leave.get(tag):
                    closes()
                text = element.tail
            if text and (written or not text.isspace()):
                written.append(text)
        self._end_line()
        return self._layout

    def _end_line(self) -> None:
        """Close the line being written, if anything stands in it."""
        if self._text:
            if self._open_link:  # it goes on on the next line
                href = self._open_link[0]
                self._close_link()
                self._open_link = (href, 0)
            text = " ".join("".join(self._text).split())
            if text:
                heading = self._headings[-1] if self._headings else 0
                parts = tuple(self._text) if len(self._text) > 1 and len(text) <= _PARTED else ()
                share = _link_share(text, self._links)
                calls = tuple(self._calls) if len(text) <= _PARTED else ()
                self._lines.append(
                    Line("text", text, self._box, tuple(self._links), share, heading, parts, calls)
                )
            self._text.clear()
            self._links.clear()
            self._calls.clear()
        if self._media:
            self._lines.extend(self._media)
            self._media.clear()

    def _break(self, _element: etree._Element, _attributes: Attributes) -> None:
        self._end_line()

    def _call(self, element: etree._Element, attributes: Attributes) -> None:
        """Take down what the markup calls the words of an element inside a line, its own or those of its one link."""
        if "class" not in attributes and "id" not in attributes:
            return
        words = _named(attributes)[1]
        if not len(element) and not element.text:
            drawn = next((call for word, call in _DRAWN.items() if word in words), called(words))
            if drawn and (said := " ".join((element.tail or "")[:_PARTED].split())):
                self._calls.append((drawn, said))
        elif call := called(words):
            inner = element[0] if len(element) == 1 and not (element.text or "").strip() else element
            if said := " ".join((inner.text or "")[:_PARTED].split()):
                self._calls.append((call, said))

    def _link(self, element: etree._Element, attributes: Attributes) -> None:
        self._call(element, attributes)
        self._open_link = (attributes.get("href", ""), len(self._text))

    def _open_box(self, element: etree._Element, attributes: Attributes) -> None:
        if self._text or self._media:
            self._end_line()
        names, words = _named(attributes) if "class" in attributes or "id" in attributes else _UNNAMED
        start = len(self._lines)
        self._boxes.append(Box(element.tag, self._box, start, start, names, words))
        self._box = len(self._boxes) - 1

    def _close_box(self) -> None:
        if self._text or self._media:
            self._end_line()
        box = self._boxes[self._box]
        box.end = len(self._lines)
        self._box = box.parent

    def _open_heading(self, element: etree._Element, attributes: Attributes) -> None:
        self._open_box(element, attributes)
        self._headings.append(_HEADINGS[str(element.tag)])

    def _close_heading(self) -> None:
        self._close_box()
        self._headings.pop()

    def _close_row(self) -> None:
        if self._text or self._media:
            self._end_line()
        _merge_row(self._layout, self._box)
        self._close_box()

    def _close_link(self) -> None:
        if self._open_link is None:
            return
        href, start = self._open_link
        self._open_link = None
        text = " ".join("".join(self._text[start:]).split())
        if text:
            self._links.append(Link(text, href))
        if text and is_file(href, text):
            self._media.append(Line("file", text, self._box, (Link(text, href),)))

    def _see(self, _element: etree._Element, attributes: Attributes) -> None:
        source = next(filter(None, map(attributes.get, _IMAGE_SOURCES)), "")
        if not source or source.startswith("data:") or _is_icon(attributes, source):
            return
        text = " ".join((attributes.get("alt") or attributes.get("title") or "").split())
        if text and is_furniture(text):  # the picture of a button or a captcha
            return
        self._media.append(Line("image", text, self._box, (Link("", source),)))


def is_file(href: str, text: str) -> bool:
    """Return whether a link leads to a document to download: by its address, or by the name it prints."""
    if not href.endswith(_PAGE_ENDS) and _FILE.search(href):
        return True
    return "." in text and _FILE.search(text) is not None


class _ShownLater:
    """The hidden boxes that hold so much of the page's text that a script must be meant to show them."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._measured = 0

    def __contains__(self, element: etree._Element) -> bool:
        if element.tag not in _BLOCKS or self._measured > _MOST_MEASURED:
            return False
        self._measured += 1
        return 3 * _length(element) > self._whole

    @cached_property
    def _whole(self) -> int:
        body = self._root.find("body")
        return _length(body if body is not None else self._root)


def _length(element: etree._Element) -> int:
    """Return how many characters of text stand in an element, those of scripts left out."""
    unread = sum(len(script.text or "") for script in element.iter("script", "style"))
    whole = _LENGTH(element)
    assert isinstance(whole, float)
    return int(whole) - unread


def _is_styled_away(element: etree._Element, attributes: Attributes) -> bool:
    hidden, shrunk = _hides(attributes.get("style", "")[:_STYLED])
    return "hidden" in attributes or hidden or (shrunk and not len(element))


@lru_cache(maxsize=1024)
def _hides(style: str) -> tuple[bool, bool]:
    """Return whether a style hides an element, and whether it shrinks it to nothing; few styles make a page."""
    rules = "".join(style.split()).lower()
    return _HIDDEN.search(rules) is not None, _SHRUNK.search(rules) is not None


def _is_icon(attributes: Attributes, source: str) -> bool:
    """Return whether a picture is part of the template: small, or called so."""
    end = 0 if "?" in source else max(0, len(source) - _PICTURE_NAME)
    if _TEMPLATE_PICTURE.search(source, end):
        return True
    sides = (attributes.get("width", ""), attributes.get("height", ""))
    return any(side.isdigit() and int(side) <= _ICON_SIDE for side in sides)


def _merge_row(layout: Layout, row: int) -> None:
    """Make one line of a row of a data table; a row that only lays out the page stays as it is."""
    boxes, lines, start = layout.boxes, layout.lines, layout.boxes[row].start
    if not 1 < len(lines) - start <= _COLUMNS:
        return
    inner = boxes[row + 1 :]
    texts = [line for line in lines[start:] if line.kind == "text"]
    cells = {box.start for box in inner if box.tag in {"td", "th"} and box.end > box.start}
    if len(texts) < 2 or len(cells) < len(texts) or any(box.tag == "table" for box in inner):  # noqa: PLR2004 - a pair
        return
    if any(line.heading or len(line.text) > _CELL for line in texts):
        return
    links = tuple(link for line in texts for link in line.links)
    parts = tuple(line.text for line in texts)
    text = " ".join(parts)
    whole = Line("text", text, row, links, _link_share(text, links), 0, parts)
    media = [line for line in lines[start:] if line.kind != "text"]
    for line in media:
        line.box = row
    del boxes[row + 1 :]
    lines[start:] = [whole, *media]


def _link_share(text: str, links: Sequence[Link]) -> float:
    if not links:
        return 0.0
    if links[0].text == text:
        return 1.0
    letters = sum(map(str.isalpha, text))
    linked = sum(sum(map(str.isalpha, link.text)) for link in links)
    return min(1.0, linked / letters) if letters else 1.0
