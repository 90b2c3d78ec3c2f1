"""A page parsed once; everything that reads it works on this tree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.pages.decoding import as_utf8
from crawler.pages.layout import Layout, lay_out
from pipelines.refusals import NeedsJavascript, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_BYTES = 8 * 1024 * 1024
"""Editors paste pictures into the text as base64, so a page may be far larger than its words."""

MAX_TAGS = 200_000
"""Real pages have up to 10,000; every tag costs some 200 bytes of tree."""

MAX_ATTRIBUTES = 2_000
"""The parser compares every attribute of a tag with all others: 40,000 cost seconds."""

_SPOKEN_TO_MACHINES = ("base", "form", "input", "link", "meta", "option", "script", "title")
"""Tags of what no reader sees as text."""

_LONG_TAG = 2 * MAX_ATTRIBUTES
"""Bytes of a tag long enough for so many attributes."""

_NO_TITLE = re.compile(
    r"无标题(?:文档|页)?|新建网页.{0,4}|(?:网站)?首\s?页|标题|Untitled(?: Document)?|(?:New )?Document|Title",
    re.IGNORECASE,
)
"""What editors of templates write there and nobody changed."""

# One parser for all pages: making one costs more than parsing a short page with it.
_PARSER = etree.HTMLParser(
    encoding="utf-8", recover=True, huge_tree=True, remove_comments=True, remove_pis=True
)


@dataclass(frozen=True, eq=False)
class Document:
    """One page: its address and its tree."""

    url: str
    root: etree._Element
    """The `html` element."""

    @classmethod
    def parse(cls, body: bytes, *, url: str, charset: str | None = None) -> Document:
        """Parse a response.

        Args:
            body: the response as received.
            url: where it was received from, after redirects.
            charset: what the response header states, if anything.

        Raises:
            TooLarge: more bytes or tags than any article has.
            Undecodable: the bytes are text in no charset.
            NeedsJavascript: there is no markup at all.
        """
        if len(body) > MAX_BYTES:
            raise TooLarge(f"{len(body)} bytes")
        markup = as_utf8(body, charset)
        _check_size(markup)
        try:
            root = etree.fromstring(markup, _PARSER)
        except etree.XMLSyntaxError:  # nothing in it, or nothing but comments
            root = None
        if root is None:
            raise NeedsJavascript("an empty page")
        return cls(url, root)

    @cached_property
    def base_url(self) -> str:
        """What relative addresses on the page are relative to."""
        stated = (href for base in self.tagged("base") if (href := base.get("href")) is not None)
        href = next(stated, "").strip()
        return urljoin(self.url, href) if href else self.url

    @cached_property
    def layout(self) -> Layout:
        """The page's text as lines, and the boxes they stand in."""
        return lay_out(self.root)

    @cached_property
    def title(self) -> str:
        """The text of the `title` element, white space collapsed; where it says nothing, what the page is shared as."""
        titles = self.tagged("title")
        said = " ".join("".join(map(str, titles[0].itertext())).split()) if titles else ""
        return self.metas.get("og:title", "") if not said or _NO_TITLE.fullmatch(said) else said

    @cached_property
    def metas(self) -> Mapping[str, str]:
        """`meta` values by lower-case name or property; the first one wins."""
        values: dict[str, str] = {}
        for element in self.tagged("meta"):
            name = (element.get("name") or element.get("property") or "").strip().lower()
            content = (element.get("content") or "").strip()
            if name and content:
                values.setdefault(name, content)
        return values

    def tagged(self, tag: str) -> Sequence[etree._Element]:
        """Return the elements of a tag in `_SPOKEN_TO_MACHINES`, in page order."""
        return self._machine_elements.get(tag, ())

    @cached_property
    def _machine_elements(self) -> Mapping[str, Sequence[etree._Element]]:
        """What several fields are read from, gathered in one pass."""
        found: dict[str, list[etree._Element]] = {}
        for element in self.root.iter(*_SPOKEN_TO_MACHINES):
            found.setdefault(str(element.tag), []).append(element)
        return found

    def address(self, href: str) -> str | None:
        """Return the absolute http address a link means, or None where it means none."""
        try:
            url = urljoin(self.base_url, href.strip())
            return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).netloc else None
        except ValueError:  # a bracket in the host
            return None


def _check_size(markup: bytes) -> None:
    """Raise TooLarge for markup that costs more than its bytes show."""
    if (tags := markup.count(b"<")) > MAX_TAGS:
        raise TooLarge(f"{tags} tags")
    if any(map(_has_too_many_attributes, _long_pieces(markup))):
        raise TooLarge(f"more than {MAX_ATTRIBUTES} attributes in one tag")


def _long_pieces(markup: bytes) -> Iterator[bytes]:
    """Yield what stands between two `<` far apart; from one `<` to the last within reach costs next to nothing."""
    at = -1
    while at + _LONG_TAG + 1 < len(markup):
        near = markup.rfind(b"<", at + 1, at + _LONG_TAG + 2)
        if near < 0:
            near = markup.find(b"<", at + 1)
            near = len(markup) if near < 0 else near
            yield markup[at + 1 : near]
        at = near


def _has_too_many_attributes(piece: bytes) -> bool:
    return len(piece.partition(b">")[0].split()) > MAX_ATTRIBUTES
