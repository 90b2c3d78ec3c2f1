"""What a page gives away of the article's identity: its own address, and its key in the site's database."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.document import Document

_KEY = re.compile(r"[?&]classid=(\d+)&(?:amp;)?id=(\d+)")


def identity_of(document: Document) -> tuple[str, str] | None:
    """Return (classid, id), by which one article is known under all its addresses, or None.

    The id alone is unique in one table of the site only. A page that names several
    articles gives away none, unless it counts a visit to one of them.
    """
    for opinion in (_in_address, _in_visit_counter, _in_comment_form, _in_counters):
        keys = set(opinion(document))
        if len(keys) == 1:
            return next(iter(keys))
    return None


def own_address(document: Document) -> str:
    """Return the address the page states as its own, or the one it was received from.

    A stated address is believed on the same host only, and never where it is the home page:
    templates that state one for all their pages state that.
    """
    for href in (*_canonical_links(document), *_form_origins(document)):
        url = document.address(href)
        if url and urlsplit(url).netloc == urlsplit(document.url).netloc and _names_a_page(url):
            return url
    return document.url


def _in_address(document: Document) -> Iterator[tuple[str, str]]:
    yield from _KEY.findall(document.url)


def _in_visit_counter(document: Document) -> Iterator[tuple[str, str]]:
    for script in document.tagged("script"):
        src = script.get("src") or ""
        if "enews=donews" in src or "addclick=1" in src:
            yield from _KEY.findall(src)


def _in_counters(document: Document) -> Iterator[tuple[str, str]]:
    for script in document.tagged("script"):
        yield from _KEY.findall(script.get("src") or "")


def _in_comment_form(document: Document) -> Iterator[tuple[str, str]]:
    for form in document.tagged("form"):
        values = {field.get("name"): (field.get("value") or "") for field in form.iter("input")}
        classid, key = values.get("classid", ""), values.get("id", "")
        if classid.isdigit() and key.isdigit():
            yield classid, key


def _canonical_links(document: Document) -> Iterator[str]:
    for link in document.tagged("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            yield link.get("href") or ""


def _form_origins(document: Document) -> Iterator[str]:
    for field in document.tagged("input"):
        if field.get("name") == "ecmsfrom" and field.get("value"):
            yield field.get("value") or ""


def _names_a_page(url: str) -> bool:
    path = urlsplit(url).path
    return bool(re.search(r"\.\w{2,5}$", path)) and not re.search(r"/(?:index|default)\.\w+$", path)
