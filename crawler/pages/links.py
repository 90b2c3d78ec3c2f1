"""The links of a page, and what each of them is: an article, a list, a file, a trap.

An address is a guess: the page behind it decides in the end. What the guess has to get right is that no
article is missed and that no request is spent on pages which cannot be one.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from lxml import etree

from crawler.pages import addresses
from crawler.pages.markup import PageText, collapse
from pipelines.urls import Site, canonical_url

Kind = Literal["article", "list", "file", "trap", "offsite"]


class Link(NamedTuple):
    """A link as the page shows it."""

    url: str
    """Absolute and canonical."""

    text: str = ""
    """What it says, white space collapsed."""

    title_attr: str = ""
    """Its title attribute; broken off where a title holds quotes nobody escaped."""


_CLICKED = re.compile(r"""\blocation(?:\.href)?\s*=\s*(?:encodeURI\()?["']([^"'\s]+)["']\)?\s*(?:;|$)""")

Anchor: TypeAlias = "tuple[etree._Element, Link]"  # noqa: SLF001 - the type has no public name
"""The element that links, and its link."""


class Verdict(NamedTuple):
    """What a link is taken for."""

    kind: Kind
    reason: str = ""
    """Why it is not followed, by name: `trap:print`, `offsite:port`, `file:pdf`."""

    dynamic: bool = False
    """True where a programme answers: the same story may stand at a static address as well."""


def links_of(root: etree._Element, base_url: str) -> list[Link]:
    """Every address the page links to, in page order, each once, the page itself left out."""
    return distinct(anchors_of(root, base_of(root, base_url), PageText(root)), but=canonical_url(base_url))


def distinct(anchors: Iterable[Anchor], but: str) -> list[Link]:
    """The links, each address once and with the longest text it is given, one address left out."""
    links: dict[str, Link] = {}
    for _, link in anchors:
        known = links.get(link.url)
        if link.url != but and (known is None or len(known.text) < len(link.text)):
            links[link.url] = link
    return list(links.values())


def anchors_of(root: etree._Element, base: str, page: PageText) -> Iterator[Anchor]:
    """Each linking element with its link; what is no address of a page (`mailto:`) is left out."""
    for element in root.iter("a", "area", "iframe", "frame"):
        written = written_in(element)
        if written and not written.startswith("#"):
            try:
                url = canonical_url(written, base=base)
            except ValueError:
                continue
            title = element.get("title")
            yield element, Link(url, page.of(element), collapse(title) if title else "")


def written_in(element: etree._Element) -> str:
    """The address a linking element states, if only in the script that a click runs."""
    written = (
        element.get("href") or (element.get("src") if "frame" in str(element.tag) else "") or ""
    ).strip()
    if written.startswith(("javascript:", "#")) and (
        clicked := _CLICKED.search(element.get("onclick") or "")
    ):
        return clicked[1]
    return written


def base_of(root: etree._Element, base_url: str) -> str:
    """What the page's relative addresses are relative to."""
    for element in root.iter("base"):
        try:
            return canonical_url(element.get("href") or "", base=base_url)
        except ValueError:
            break
    return base_url


def classify(link: Link, site: Site) -> Verdict:
    """What a link of the site most likely leads to."""
    address = addresses.told_by(link.url)
    if address.file:
        return Verdict("file", f"file:{address.file}")
    if not site.same_site(link.url):
        return Verdict("offsite", site.offsite_reason(link.url))
    if trap := addresses.trap(address, link.text):
        return Verdict("offsite", "offsite:jump") if trap == "jump" else Verdict("trap", f"trap:{trap}")
    return Verdict(address.kind, dynamic=address.dynamic)
