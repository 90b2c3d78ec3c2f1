"""A list page: its entries with title and date, its next page, and the links it leads on with.

Lists are told by what their links are and say. The page falls into blocks of like items; the list proper
prints dates, stands with the breadcrumb, is followed by the pager, and is not headed 热门 or 推荐.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from math import log2

from lxml import etree

from crawler.pages.blocks import Anchor, Block, blocks_of, is_heading, text_between
from crawler.pages.entries import Entry, entries_of, title_of
from crawler.pages.links import Link, Verdict, anchors_of, classify, collapse, links_of, pieces_of, text_of
from crawler.pages.pager import Pager, read_pager
from pipelines.urls import Site

_HOME = re.compile(r"(网站)?(首\s*页|主页)|home", re.IGNORECASE)
_STEP = re.compile(r"\s*([>＞»›→/\\]|->|—>|::)")
_PLACE = re.compile(r"(位置|location)\s*[:：]", re.IGNORECASE)
_SIDEBAR = re.compile(
    r"热[门点]|推荐|排行|最[新近后]|相关|点击|猜你|精彩|随机|友情|链接|关注|\b(hot|top|recommend\w*)\b",
    re.IGNORECASE,
)
_MORE = re.compile(r"更多|more|查看全部|\+\s*$", re.IGNORECASE)
_TURNING = re.compile(r"[<«【\[]*[上下前后]一?[篇条则]")
_SENTENCE = re.compile(r"[，。；]")
_PROSE = 15
_HEADING = 30
_NEAR = 6
_HEADLINE = 4


class ListPage:
    """What a page says as a list.

    Args:
        root: the parsed page.
        url: its address, after redirects.
        site: which addresses are the same site; the page's own host alone if not given.
    """

    def __init__(self, root: etree._Element, url: str, site: Site | None = None) -> None:
        self.root = root
        self.url = url
        self.site = site or Site.of(url)

    @cached_property
    def links(self) -> tuple[tuple[Link, Verdict], ...]:
        """Every link of the page with what it is taken for, entries and pager included, in page order."""
        return tuple((link, classify(link, self.site)) for link in links_of(self.root, self.url))

    @property
    def is_list(self) -> bool:
        """True of a page whose purpose is its list; a home page or a channel of several blocks is none."""
        return self._main is not None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of the list proper, in page order, each address once."""
        return tuple(entries_of(self._main)) if self._main else ()

    @property
    def next_url(self) -> str | None:
        """The next page of the list, None on the last."""
        return self.pager.next_url if self._main else None

    @property
    def last_url(self) -> str | None:
        """The last page of the list, where the pager names it."""
        return self.pager.last_url if self._main else None

    @property
    def page_urls(self) -> tuple[str, ...]:
        """Every page of the list the pager names."""
        return self.pager.page_urls if self._main else ()

    @cached_property
    def pager(self) -> Pager:
        return read_pager(self.root, self.url)

    @cached_property
    def _main(self) -> Block | None:
        """The block that is the list proper."""
        blocks = [block for block in _with_leads(blocks_of(self._candidates())) if _is_of_headlines(block)]
        surroundings = Surroundings(self, blocks)
        main = max(blocks, key=surroundings.weight, default=None)
        return main if main and surroundings.is_purpose(main) else None

    def _candidates(self) -> Iterator[Anchor]:
        """Links that may be entries: to one story, here or elsewhere."""
        paging = set(self.pager.elements)
        here = self.site.to_site(self.url)
        for element, link in anchors_of(self.root, self.url):
            kind = "self" if link.url == here else classify(link, self.site).kind
            if kind in ("article", "offsite") and element not in paging and not _is_turning(element, link):
                yield element, link


def _is_turning(element: etree._Element, link: Link) -> bool:
    """上一篇：…, 下一篇：…: links to leaf through articles with, not entries."""
    before = element.getprevious()
    parent = element.getparent()
    lead = before.tail if before is not None else parent.text if parent is not None else ""
    return bool(_TURNING.match(link.text) or _TURNING.match(collapse(lead or "")))


def _is_of_headlines(block: Block) -> bool:
    """True where the items have something to say; navigation has words of two to four characters and no dates."""
    lengths = sorted(len(title_of(item)) for item in block.items)
    return lengths[len(lengths) // 2] > _HEADLINE or is_dated(block)


def is_dated(block: Block) -> bool:
    """True where most items print a date."""
    return 2 * sum(entry.date_text is not None for entry in entries_of(block)) > len(block.items)


def _with_leads(blocks: list[Block]) -> list[Block]:
    """Blocks joined with a neighbour of another make where both print dates: the first story set large."""
    joined: list[Block] = []
    for block in blocks:
        if joined and _is_led_by(block, joined[-1]):
            joined[-1] = Block(joined[-1].items + block.items)
        else:
            joined.append(block)
    return joined


def _is_led_by(block: Block, lead: Block) -> bool:
    neighbours = lead.root.getparent() is block.root.getparent()
    return (
        neighbours
        and all(entry.date_text for part in (lead, block) for entry in entries_of(part))
        and not is_heading(text_between(lead.root, block.root))
    )


class Surroundings:
    """What stands round the blocks of a page, to tell the list proper from sidebars and teasers."""

    def __init__(self, page: ListPage, blocks: list[Block]) -> None:
        self.root = page.root
        self.url = page.url
        self.site = page.site
        self.blocks = blocks
        self.order = {element: place for place, element in enumerate(page.root.iter())}
        self.breadcrumb = _breadcrumb(page.root)
        self.last_step = _last_step(self.breadcrumb)
        self.name = re.split(r"\s*[-_|—–]\s*", collapse(page.root.findtext(".//title") or ""))[0]
        self.paged = self._followed_by(page.pager)

    def weight(self, block: Block) -> float:
        """How much speaks for a block being the list proper."""
        entries = entries_of(block)
        dated = sum(entry.date_text is not None for entry in entries) / max(1, len(entries))
        aside = any(holder.tag in {"aside", "footer", "nav"} for holder in block.root.iterancestors())
        return (
            log2(1 + len(entries))
            + 2 * dated
            + 3 * (block is self.paged)
            + 2 * (block in self._by_breadcrumb)
            + 2 * self._is_named_as_page(block)
            - 2 * bool(_SIDEBAR.search(_heading(block)))
            - 3 * aside
        )

    def is_purpose(self, block: Block) -> bool:
        """True where the page is there for this block: no teaser with 更多, no sidebar of an article."""
        dated = is_dated(block)
        if block is self.paged:
            return dated or (block.root.tag != "body" and not self._is_prose(block))
        if self._is_home or self._is_apart(block) or self._is_prose(block):
            return False
        stands_out = block in self._by_breadcrumb or (self.breadcrumb is None and self._is_alone(block))
        return self._is_named_as_page(block) or (dated and stands_out and len(block.items) > 1)

    @property
    def _is_home(self) -> bool:
        """A home page may well be one long list, but a list of everything, with no second page."""
        return self.url == f"{self.site.origin}/"

    def _is_apart(self, block: Block) -> bool:
        """True of teasers, sidebars and links to other sites, as they name themselves or lead away."""
        away = all(not self.site.same_site(item.url) for item in block.items) and not is_dated(block)
        aside = any(holder.tag == "aside" for holder in block.root.iterancestors())
        heading = _heading(block)
        return away or aside or bool(_MORE.search(heading) or _SIDEBAR.search(heading))

    def _is_named_as_page(self, block: Block) -> bool:
        """True where the heading, or the breadcrumb's last step, says what the title of the page says first."""
        if self.name and _heading(block).endswith(self.name):
            return True
        return block in self._by_breadcrumb and self.name == self.last_step

    def _is_alone(self, block: Block) -> bool:
        """True of the one dated block of a page; a home page has several."""
        rivals = (
            other for other in self.blocks if other is not block and other.items[1:] and is_dated(other)
        )
        return is_dated(block) and all(len(block.items) > 2 * len(other.items) for other in rivals)

    @cached_property
    def _by_breadcrumb(self) -> list[Block]:
        """The blocks that share the smallest part of the page with the breadcrumb."""
        if self.breadcrumb is None:
            return []
        depths = [_shared_depth(block.root, self.breadcrumb) for block in self.blocks]
        return [block for block, depth in zip(self.blocks, depths, strict=True) if depth == max(depths)]

    def _followed_by(self, pager: Pager) -> Block | None:
        """The block that stands with the pager and before it."""
        if not pager.elements:
            return None
        end = pager.elements[-1]
        before = [block for block in self.blocks if self.order[block.root] < self.order[end]]
        return max(
            before, key=lambda block: (_shared_depth(block.root, end), self.order[block.root]), default=None
        )

    def _is_prose(self, block: Block) -> bool:
        """True where more is told outside the links of the page than by the block."""
        rows = (other.items for other in self.blocks if other is block or len(other.items) > 1)
        listed = {piece for items in rows for item in items for piece in pieces_of(item.element)}
        told = [piece for piece in pieces_of(self.root) if piece not in listed]
        prose = sum(
            len(piece) for piece in map(collapse, told) if len(piece) > _PROSE and _SENTENCE.search(piece)
        )
        return prose > sum(len(text_of(item.element)) for item in block.items)


def _breadcrumb(root: etree._Element) -> etree._Element | None:
    """首页 > 新闻 > …, or what stands beside 当前位置."""
    for link in root.iter("a"):
        if _HOME.fullmatch(text_of(link)) and _STEP.match(_text_after(link)):
            return link
    for element in root.iter():
        if isinstance(element.tag, str) and _PLACE.search(element.text or ""):
            return element
    return None


def _last_step(breadcrumb: etree._Element | None) -> str | None:
    """The text of the last link of the breadcrumb, or what follows it unlinked."""
    holder = breadcrumb.getparent() if breadcrumb is not None else None
    if holder is None:
        return None
    steps = [step for text in pieces_of(holder) if (step := text.strip(" >＞»›→/\\\xa0\r\n\t"))]
    return collapse(steps[-1]) if steps else None


def _text_after(element: etree._Element) -> str:
    if (element.tail or "").strip():
        return element.tail or ""
    following = element.getnext()
    if following is None and (parent := element.getparent()) is not None:
        following = parent.getnext()
    return text_of(following) if following is not None else ""


def _heading(block: Block) -> str:
    """The nearest text before the block."""
    element: etree._Element | None = block.root
    for _ in range(_NEAR):
        if element is None:
            break
        for before in element.itersiblings(preceding=True):
            if text := collapse(text_of(before) + (before.tail or "")):
                return text[-_HEADING:]
        element = element.getparent()
    return ""


def _shared_depth(one: etree._Element, other: etree._Element) -> int:
    """How many elements hold both."""
    holders = set(other.iterancestors()) | {other}
    return sum(holder in holders for holder in (one, *one.iterancestors()))
