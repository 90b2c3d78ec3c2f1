"""A list page: its entries with title and date, its next page, and the links it leads on with.

Lists are told by what their links are and say. The page falls into blocks of like items; the list proper
prints dates, stands with the breadcrumb, is followed by the pager, and is not headed 热门 or 推荐.
"""

import re
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree

from crawler.pages.blocks import Block, adopted, blocks_of, is_heading, text_between
from crawler.pages.entries import Entry
from crawler.pages.links import (
    Anchor,
    Kind,
    Link,
    Verdict,
    anchors_of,
    base_of,
    classify,
    distinct,
    written_in,
)
from crawler.pages.markup import PageText, is_shallow
from crawler.pages.pager import Pager, read_pager
from crawler.pages.surroundings import Candidate, Surroundings
from crawler.pages.trail import Place
from pipelines.urls import Site, canonical_url

__all__ = ["Entry", "ListPage"]

_TURNING = re.compile(r"[<«【\[]*[上下前后]一?[篇条则]")

_COLUMN_NAME = 8
_BRACKETS = ("[]", "【】", "［］", "〔〕", "<>", "〈〉", "()", "（）")


class ListPage:
    """What a page says as a list.

    Args:
        root: the parsed page.
        url: its address, after redirects.
        site: which addresses are the same site; the page's own host alone if not given.
    """

    def __init__(self, root: etree._Element, url: str, site: Site | None = None) -> None:
        self.root = root
        self.site = site or Site.of(url)
        self.url = self.site.to_site(canonical_url(url))
        self._verdicts: dict[Link, Verdict] = {}
        self._candidates: dict[Block, Candidate] = {}
        """What was asked of the blocks of one kind of links need not be asked again of those of more kinds."""

    @cached_property
    def links(self) -> tuple[tuple[Link, Verdict], ...]:
        """Every link of the page with what it is taken for, entries and pager included, in page order."""
        return tuple((link, self._verdict(link)) for link in distinct(self._anchors, but=self.url))

    @property
    def is_list(self) -> bool:
        """True of a page whose purpose is its list; a home page or a channel of several blocks is none."""
        return self._main is not None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the list proper, in page order, each address once."""
        return self._main.entries if self._main else ()

    @property
    def next_url(self) -> str | None:
        """The next page of the list, None on the last."""
        return self._page_of_list(self._pager.next_url)

    @property
    def last_url(self) -> str | None:
        """The last page of the list, where the pager names it."""
        return self._page_of_list(self._pager.last_url)

    @property
    def page_urls(self) -> tuple[str, ...]:
        """Every page of the list the pager names."""
        return tuple(url for named in self._pager.page_urls if (url := self._page_of_list(named)))

    def as_written(self, url: str) -> str:
        """An address of the page, absolute, in the spelling of its first link: keys of the query in their order."""
        return self._spellings.get(url, url)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        spelt: dict[str, str] = {}
        for element, link in self._anchors:
            spelt.setdefault(link.url, urljoin(self._base, written_in(element)))
        return spelt

    def _page_of_list(self, url: str | None) -> str | None:
        """An address of the pager, if this is a list and the address on its site."""
        if url is None or not self.is_list or not self.site.same_site(url):
            return None
        return self.site.to_site(url)

    @cached_property
    def _base(self) -> str:
        return base_of(self.root, self.url)

    @cached_property
    def _anchors(self) -> list[Anchor]:
        """The links of the page, at the addresses the site gives its pages."""
        found = anchors_of(self.root, self._base, self._page)
        twins = ((element, link, self.site.twin(link.url)) for element, link in found)
        return [
            (element, link if link.url == url else link._replace(url=url)) for element, link, url in twins
        ]

    @cached_property
    def _pager(self) -> Pager:
        return read_pager(self.root, self.url, self._base, self._anchors)

    @cached_property
    def _paging(self) -> frozenset[etree._Element]:
        """What the pager is made of."""
        return frozenset(self._pager.elements)

    @cached_property
    def _main(self) -> Candidate | None:
        """The list proper."""
        main = self._list_among({"article", "offsite"})
        if main is None or not any(self.site.same_site(entry.url) for entry in main.entries):
            # Some systems give their stories the addresses of folders.
            named = self._list_among({"article", "offsite", "list"})
            return named if named and named.is_dated and len(named.entries) > 1 else main
        return self._completed(main) if main.is_dated and len(main.entries) > 1 else main

    def _list_among(self, kinds: set[Kind]) -> Candidate | None:
        """The list proper, if its entries are links of these kinds."""
        stories = (anchor for anchor in self._leading_on if self._verdict(anchor[1]).kind in kinds)
        blocks = blocks_of(stories, self._place)
        candidates = [self._candidates.setdefault(block, Candidate(block)) for block in blocks]
        telling = [candidate for candidate in _with_leads(candidates) if candidate.is_of_headlines]
        return Surroundings(self._place, self.url, self.site, telling, self._pager).main()

    @cached_property
    def _place(self) -> Place:
        return Place(self.root, self._page)

    @cached_property
    def _page(self) -> PageText:
        return PageText(self.root)

    def _completed(self, main: Candidate) -> Candidate:
        """With the lines that lead to a list of their own, a special topic say, and print a date too."""
        lists = [(element, link) for element, link in self._anchors if self._is_list_link(element, link)]
        topics = [item for item in adopted(main.block, lists) if Candidate(Block((item,))).is_dated]
        if not topics:
            return main
        place = {element: number for number, element in enumerate(self.root.iter())}
        return Candidate(
            Block(tuple(sorted((*main.block.items, *topics), key=lambda item: place[item.element])))
        )

    def _is_list_link(self, element: etree._Element, link: Link) -> bool:
        return element not in self._paging and self._verdict(link).kind == "list" and is_shallow(element)

    @cached_property
    def _leading_on(self) -> list[Anchor]:
        """The links among which entries may be: those away from here, but for the ways to leaf through pages."""
        return [
            (element, link)
            for element, link in self._anchors
            if element.tag == "a"
            and element not in self._paging
            and link.url != self.url
            and is_shallow(element)
            and not _is_turning(element, link)
            and not _is_column(element, link)
        ]

    def _verdict(self, link: Link) -> Verdict:
        """What a link is taken for; asked several times of each."""
        known = self._verdicts.get(link)
        if known is None:
            known = self._verdicts[link] = classify(link, self.site)
        return known


def _is_turning(element: etree._Element, link: Link) -> bool:
    """上一篇：…, 下一篇：…: links to leaf through articles with, not entries."""
    before = element.getprevious()
    parent = element.getparent()
    lead = before.tail if before is not None else parent.text if parent is not None else ""
    return bool(_TURNING.match(link.text) or _TURNING.match((lead or "").lstrip()))


def _is_column(element: etree._Element, link: Link) -> bool:
    """`[国内] 标题`: a short name in brackets that leads to the column of the entry behind it."""
    if len(link.text) > _COLUMN_NAME:
        return False
    before = element.getprevious()
    parent = element.getparent()
    lead = before.tail if before is not None else parent.text if parent is not None else ""
    opens, closes = (lead or "").rstrip()[-1:], (element.tail or "").lstrip()[:1]
    return f"{opens}{closes}" in _BRACKETS or (link.text[:1] + link.text[-1:]) in _BRACKETS


def _with_leads(candidates: list[Candidate]) -> list[Candidate]:
    """Joined with a neighbour of another make where both print dates: the first story is often set large."""
    joined: list[Candidate] = []
    for candidate in candidates:
        if joined and _leads(joined[-1], candidate):
            joined[-1] = Candidate(Block(joined[-1].block.items + candidate.block.items))
        else:
            joined.append(candidate)
    return joined


def _leads(lead: Candidate, candidate: Candidate) -> bool:
    if lead.root.getparent() is not candidate.root.getparent() or lead.dated + candidate.dated < 1 + 1:
        return False
    return not is_heading(text_between(lead.root, candidate.root))
