"""What stands round the blocks of a page: it tells the list proper from teasers and sidebars."""

import re
from dataclasses import dataclass
from functools import cached_property
from math import log2

from lxml import etree

from crawler.pages.blocks import Block
from crawler.pages.entries import Entry, entries_of
from crawler.pages.markup import collapse, shared_depth
from crawler.pages.pager import Pager
from crawler.pages.trail import Place, last_step
from pipelines.urls import Site

_SIDEBAR = re.compile(
    r"热[门点]|推荐|排行|最[新近后]|相关|延伸|点击|猜你|精彩|随机|友情|链接|关注|\b(hot|top|recommend\w*)\b",
    re.IGNORECASE,
)
_ONE_STORY = re.compile(r"(查看|浏览|阅读|文章|新闻|信息|详细)?(正文|内容|详情|详细信息)")
"""What the breadcrumb of an article says last where it doesn't name the column."""
_MORE = re.compile(r"更多|more|查看全部|\+\s*$", re.IGNORECASE)
_SENTENCE = re.compile(r"[，。；]")
_PROSE = 15
"""A text of so many characters with a comma or full stop in it is told, not listed."""
_HEADING = 30
_NEAR = 6
_ROW = 4
_HEADLINE = 4
"""Words of navigation have two to four characters."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A block that may be the list proper, with what is asked of it time and again."""

    block: Block

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """What its items say."""
        return tuple(entries_of(self.block))

    @cached_property
    def root(self) -> etree._Element:
        """The smallest element that holds it."""
        return self.block.root

    @cached_property
    def heading(self) -> str:
        """The nearest text before it."""
        page = self.block.items[0].page
        element: etree._Element | None = self.root
        for _ in range(_NEAR):
            if element is None:
                break
            for before in element.itersiblings(preceding=True):
                if text := collapse(page.of(before) + (before.tail or "")):
                    return text[-_HEADING:]
            element = element.getparent()
        return ""

    @cached_property
    def dated(self) -> float:
        """The share of its entries that print a date."""
        return sum(entry.date_text is not None for entry in self.entries) / max(1, len(self.entries))

    @cached_property
    def is_dated(self) -> bool:
        """True where most entries print a date."""
        return 2 * self.dated > 1

    @cached_property
    def is_aside(self) -> bool:
        """True where the page sets it apart by its markup."""
        return any(holder.tag in {"aside", "footer", "nav"} for holder in self.root.iterancestors())

    @property
    def is_of_headlines(self) -> bool:
        """True where the items have something to say: longer texts than navigation has, or dates."""
        lengths = sorted(len(entry.title) for entry in self.entries)
        return bool(lengths) and (lengths[len(lengths) // 2] > _HEADLINE or self.is_dated)


class Surroundings:
    """The page round its blocks.

    Args:
        place: the page, its name and its breadcrumb.
        url: its address.
        site: what belongs to the site.
        candidates: the blocks that may be the list proper.
        pager: the pager of the page.
    """

    def __init__(self, place: Place, url: str, site: Site, candidates: list[Candidate], pager: Pager) -> None:
        self.root = place.root
        self.page = place.page
        self.site = site
        self.candidates = candidates
        self.is_home = url == f"{site.origin}/"
        self.breadcrumb = place.breadcrumb
        self.has_trail = self.breadcrumb is not None
        self.last_step = last_step(self.breadcrumb)
        self.name = place.name
        self.paged = self._followed_by(pager)

    def main(self) -> Candidate | None:
        """The list proper; None on a page that is there for something else."""
        if self.last_step is not None and _ONE_STORY.fullmatch(self.last_step):
            return None
        best = max(self.candidates, key=self._weight, default=None)
        return best if best and self._is_purpose(best) else None

    def _weight(self, candidate: Candidate) -> float:
        """How much speaks for it."""
        return (
            log2(1 + len(candidate.entries))
            + 2 * candidate.dated
            + 3 * (candidate is self.paged)
            + 2 * (candidate in self._by_breadcrumb)
            + 2 * self._is_named_as_page(candidate)
            - 2 * bool(_SIDEBAR.search(candidate.heading))
            - 3 * candidate.is_aside
        )

    def _is_purpose(self, candidate: Candidate) -> bool:
        """True where the page is there for it: no teaser with 更多, no sidebar of an article."""
        if candidate is self.paged:
            return self._is_paged_list(candidate)
        if self.is_home or self._is_apart(candidate) or self._is_prose(candidate):
            return False
        if self._is_named_as_page(candidate) or self._follows_breadcrumb(candidate):
            return True
        stands_out = candidate in self._by_breadcrumb or (not self.has_trail and self._is_alone(candidate))
        return candidate.is_dated and stands_out and len(candidate.entries) > 1

    def _is_paged_list(self, candidate: Candidate) -> bool:
        """The pager may be that of an article in parts, and the block what happens to stand by it."""
        if self._is_prose(candidate):
            return candidate.is_dated and not self._is_apart(candidate)
        return candidate.is_dated or candidate.root.tag != "body"

    def _is_apart(self, candidate: Candidate) -> bool:
        """True of teasers, sidebars and links to other sites, as they name themselves or lead away."""
        away = not any(self.site.same_site(entry.url) for entry in candidate.entries)
        named = _MORE.search(candidate.heading) or _SIDEBAR.search(candidate.heading)
        return candidate.is_aside or bool(named) or (away and not candidate.is_dated)

    def _is_named_as_page(self, candidate: Candidate) -> bool:
        """True where its heading, or the breadcrumb's last step, says what the page's title says first."""
        if self.name and candidate.heading.endswith(self.name):
            return True
        return candidate in self._by_breadcrumb and self.name == self.last_step

    def _follows_breadcrumb(self, candidate: Candidate) -> bool:
        """True where no word stands between the breadcrumb's last step, or a heading like it, and a row."""
        step = self.last_step
        return step is not None and candidate.heading.endswith(step) and len(candidate.entries) >= _ROW

    def _is_alone(self, candidate: Candidate) -> bool:
        """True of the one dated block of a page; a home page has several."""
        rivals = (other for other in self.candidates if other is not candidate and other.is_dated)
        sizes = [len(other.entries) for other in rivals if len(other.entries) > 1]
        return len(candidate.entries) > 2 * max(sizes, default=0)

    @cached_property
    def _by_breadcrumb(self) -> list[Candidate]:
        """The blocks that share the smallest part of the page with the breadcrumb."""
        if self.breadcrumb is None:
            return []
        depths = [shared_depth(candidate.root, self.breadcrumb) for candidate in self.candidates]
        return [one for one, depth in zip(self.candidates, depths, strict=True) if depth == max(depths)]

    def _followed_by(self, pager: Pager) -> Candidate | None:
        """The block that stands with the pager, and last before it."""
        if not pager.elements:
            return None
        end = pager.elements[-1]
        place = {element: number for number, element in enumerate(self.root.iter())}
        before = [one for one in self.candidates if place[one.root] < place[end]]
        return max(before, key=lambda one: (shared_depth(one.root, end), place[one.root]), default=None)

    def _is_prose(self, candidate: Candidate) -> bool:
        """True where the page tells more outside its blocks than this one lists."""
        rows = [one.block.items for one in self.candidates if one is candidate or len(one.entries) > 1]
        listed = {piece for items in rows for item in items for piece in item.pieces}
        long = (piece for piece in self.page.pieces(self.root) if len(piece) > _PROSE and piece not in listed)
        told = (collapse(piece) for piece in long if _SENTENCE.search(piece))
        prose = sum(len(text) for text in told if len(text) > _PROSE)
        return prose > sum(len(collapse("".join(item.pieces))) for item in candidate.block.items)
