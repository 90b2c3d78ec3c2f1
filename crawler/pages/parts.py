"""An article on several pages: where the next part is, and the parts made one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from pipelines.boilerplate import strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.pages.document import Document
    from pipelines.items import Block, RawArticle

_NEXT = re.compile(r"\s*[\[【<«‹]?\s*(?:下一?页|后一?页|[Nn]ext(?: [Pp]age)?|[>»›]+)\s*[\]】>»›]*\s*")
_WORD = 12
_PART = re.compile(r"[_-]\d{1,2}(?:\.\w{2,5})?(?:\?\d+)?$")
_PART_KEY = re.compile(r"[?&](?:page|p|pn|pageno|cpage)=\d", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<stem>.*?)(?:[_-](?P<number>\d{1,2}))?(?P<suffix>\.\w{2,5})?")
_PAGE_KEYS = frozenset(("page", "p", "pn", "pageno", "cpage"))


def next_part(document: Document) -> str | None:
    """Return the address of the page that goes on with this article, or None.

    A pager is told by its addresses, not by its class: `61.html` goes on at `61_2.html`, or at
    the same path with the next `page`. The next article, the next page of comments and the
    way back to the first part are none of these.
    """
    here = document.url
    follows = [
        url
        for said, href in _page_links(document)
        if (url := document.address(href)) and _is_next(here, url, said)
    ]
    return re.sub(r"\?\d+$", "", follows[0]) if follows else None


def join_parts(first: RawArticle, *rest: RawArticle) -> RawArticle:
    """Return one article of its parts, given in page order.

    What every part repeats at its head or foot is kept once; the article is `partial` while
    its last part still names a next one.
    """
    head = content = strip(first.content)
    for part in rest:
        further = strip(part.content)
        content = _without_foot(content, further) + _without_head(further, head)
    last = rest[-1] if rest else first
    return replace(first, content=content, next_part=last.next_part, partial=last.next_part is not None)


def _page_links(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what the pager says and where it leads; a pager may be named so, a comment box may not."""
    for line in document.layout.lines:
        for link in line.links:
            if len(link.text) <= _WORD and _names_part(link.href) and not _in_comments(document, line.box):
                yield link.text, link.href
    for option in document.tagged("option"):
        if _names_part(href := option.get("value") or ""):
            yield "", href


def _names_part(href: str) -> bool:
    return bool(_PART.search(href) or ("=" in href and _PART_KEY.search(href)))


def _in_comments(document: Document, box: int) -> bool:
    boxes = document.layout.boxes
    return any(boxes[outer].words & {"comment", "comments"} for outer in document.layout.around(box))


def _is_next(here: str, there: str, said: str) -> bool:
    old, new = urlsplit(here), urlsplit(there)
    if old.netloc != new.netloc:
        return False
    if old.path == new.path:
        return bool(_NEXT.fullmatch(said)) and _page_of(new.query) == _page_of(old.query) + 1
    stem, number, suffix = _split(old.path)
    new_stem, new_number, new_suffix = _split(new.path)
    if suffix != new_suffix or new_number is None:
        return False
    if new_stem == stem and number is not None:
        return new_number == number + 1
    return new_stem == _stem(old.path) and new_number == 2  # noqa: PLR2004 - the part after the first


def _split(path: str) -> tuple[str, int | None, str]:
    found = _NUMBERED.fullmatch(path)
    if not found:
        return path, None, ""
    return found["stem"], int(found["number"]) if found["number"] else None, found["suffix"] or ""


def _stem(path: str) -> str:
    return re.sub(r"\.\w{2,5}$", "", path)


def _page_of(query: str) -> int:
    """Return the part a dynamic address names; without one it is the first, which counts from zero."""
    pages = [value for key, value in parse_qsl(query) if key.lower() in _PAGE_KEYS and value.isdigit()]
    return int(pages[0]) if pages else 0


def _without_head(blocks: tuple[Block, ...], first: tuple[Block, ...]) -> tuple[Block, ...]:
    return blocks[_common(blocks, first) :]


def _without_foot(blocks: tuple[Block, ...], last: tuple[Block, ...]) -> tuple[Block, ...]:
    return blocks[: len(blocks) - _common(reversed(blocks), reversed(last))]


def _common(ones: Iterable[Block], others: Iterable[Block]) -> int:
    count = 0
    for one, other in zip(ones, others, strict=False):
        if (one.kind, one.text, one.url) != (other.kind, other.text, other.url):
            break
        count += 1
    return count
