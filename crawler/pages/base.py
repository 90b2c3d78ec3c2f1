"""The page object an article is read by: any page of the kind, whoever made the template."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from web_poet import ItemPage, field, item_from_fields_sync

from crawler.pages.compare import fold
from crawler.pages.decoding import REPLACEMENT
from crawler.pages.foot import foot_lines, is_credit
from crawler.pages.furniture import is_buttons
from crawler.pages.headline import site_names
from crawler.pages.identity import identity_of, own_address
from crawler.pages.infoline import find_inner_info
from crawler.pages.landmarks import find_landmarks
from crawler.pages.parts import next_part
from crawler.pages.region import Region, find_region
from crawler.pages.sheets import find_issue, find_register
from crawler.pages.telling import tells_time, told_of
from crawler.pages.verdict import refusal_of
from pipelines.boilerplate import is_furniture, strip
from pipelines.items import Block, RawArticle
from pipelines.refusals import Undecodable
from pipelines.sources import is_outlet
from storage.article import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.pages.document import Document
    from crawler.pages.layout import Line
    from crawler.pages.marks import Landmarks

_STATED = ("articletitle", "og:title")
_NAVIGATION = 0.5
"""From this share of links on a line is read as buttons side by side, not as running text."""

_HEADLINE = 8
"""Characters of a link that says more than navigation does."""

_BUTTON = 4
"""Characters of a button that no sentence ends in."""

_SENTENCE_ENDS = ("。", "！", "？", "”", "…", "）")

_READ = ("title", "kicker", "subtitle", "byline", "breadcrumb", "content")


class ArticlePage(ItemPage[RawArticle]):
    """An article page, read by what such pages have in common.

    A site that needs a rule of its own gets a subclass that replaces the field in question;
    what it does not replace is read as on any page.

    Args:
        document: the page, parsed.
        fetched_at: when it was received.
        listed_date: the date the list entry that led here prints.
    """

    def __init__(self, document: Document, *, fetched_at: datetime, listed_date: str | None = None) -> None:
        self.document = document
        self._fetched_at = fetched_at
        self._listed_date = listed_date

    def _validate_input(self) -> None:
        """No rule validates; the library's answer, kept in the page, would hold the page till the collector comes."""

    def read(self) -> RawArticle:
        """Return the article as printed.

        Raises:
            Refusal: the page is no article, by the name of the reason.
        """
        refusal = refusal_of(self.document, self.landmarks, self.info, strip(self._blocks))
        if refusal is not None:
            raise refusal
        article = self.outline()
        if any(REPLACEMENT in text for text in _texts_of(article)):
            raise Undecodable("broken characters in what the article says")
        return article

    def outline(self) -> RawArticle:
        """Whatever can be read, of a page that is no article too."""
        return item_from_fields_sync(self, item_cls=RawArticle)

    @field
    def url(self) -> str:
        """Its own address, as far as the page states one."""
        return own_address(self.document)

    @field
    def fetched_at(self) -> datetime:
        """When the response was received."""
        return self._fetched_at

    @field
    def listed_date(self) -> str | None:
        """The date the list entry that led here prints."""
        return self._listed_date

    @field
    def title(self) -> str:
        """主题.

        What the page states for machines only breaks a tie, where the headline stands in no
        line: it is often the template's own.
        """
        headline = self.landmarks.headline
        stated = next((self.document.metas[name] for name in _STATED if name in self.document.metas), "")
        if not headline.lines and stated and fold(stated) in fold(self.document.title):
            return stated
        return headline.title

    @field
    def kicker(self) -> str | None:
        """引题, the line above the title."""
        return self.landmarks.headline.kicker

    @field
    def subtitle(self) -> str | None:
        """副题, the line below the title."""
        return self.landmarks.headline.subtitle

    @field
    def byline(self) -> str | None:
        """信息行, its pieces and the credits below the body joined by a newline."""
        return self._byline

    @field
    def breadcrumb(self) -> tuple[str, ...]:
        """The steps of 当前位置."""
        return self.landmarks.crumbs

    @field
    def content(self) -> tuple[Block, ...]:
        """The body region, template noise included."""
        return self._blocks

    @field
    def next_part(self) -> str | None:
        """Where the article goes on, if it does."""
        return next_part(self.document)

    @field
    def identity(self) -> tuple[str, str] | None:
        """(classid, id), where the page gives it away."""
        return identity_of(self.document)

    @field
    def read_by(self) -> Mapping[str, Provenance]:
        """For each field that has a value, the rule that read it; `site` where the site's own class did."""
        rules = self._rules()
        return {
            name: Provenance("site") if _is_replaced(type(self), name) else rules[name]
            for name in _READ
            if getattr(self, name)
        }

    @cached_property
    def landmarks(self) -> Landmarks:
        """Breadcrumb, headline and info line."""
        return find_landmarks(self.document.layout, self.document.title)

    @cached_property
    def region(self) -> Region | None:
        """Where the body stands."""
        return find_region(self.document.layout, self.landmarks)

    @property
    def has_headlines_before_end(self) -> bool:
        """Whether links longer than navigation has stand before the end of the body region."""
        return any(len(link.text) >= _HEADLINE for line in self._up_to_end for link in line.links)

    def begins_before_end(self, text: str) -> bool:
        """Whether a text stands anywhere before the end of the body region."""
        return any(text in line.text for line in self._up_to_end)

    @property
    def _up_to_end(self) -> Sequence[Line]:
        return self.document.layout.lines[: self.region.end if self.region else 0]

    @cached_property
    def info(self) -> tuple[int, ...]:
        """The lines of the info line: at the headline, and where that tells no time, inside the body or under it."""
        layout, found, region = self.document.layout, self.landmarks.info, self.region
        if region is None or any(tells_time(layout.lines[at]) for at in found):
            return found
        inner = find_inner_info(layout, range(region.first, region.end))
        told = (*found, *(at for at in inner if at not in found))
        if any(tells_time(layout.lines[at]) for at in told):
            return told
        return (*told, *(find_register(layout) or find_issue(layout)))

    @cached_property
    def foot(self) -> tuple[int, ...]:
        """The lines below the body that belong to the article: files and credits."""
        return foot_lines(self.document.layout, self.region.end) if self.region else ()

    @cached_property
    def _byline(self) -> str | None:
        layout = self.document.layout
        signed = (at for at in self.foot if layout.lines[at].kind == "text" and at not in self.info)
        names = site_names(self.document.title)
        site = {*names, *(name.removesuffix("网") for name in names)}
        column = frozenset(step for step in self.landmarks.crumbs[-1:] if not is_outlet(step))
        return "\n".join(told_of(layout, at, site, column) for at in (*self.info, *signed)) or None

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        region, marks = self.region, self.landmarks
        if region is None:
            return ()
        lines = self.document.layout.lines
        elsewhere = {*self.info, *marks.headline.lines}
        beside = {lines[at].box for at in self.info}
        body = (
            self._block(lines[index], self.document.layout.words_between(lines[index].box, region.box))
            for index in range(region.first, region.end)
            if index not in elsewhere and (lines[index].kind != "image" or lines[index].box not in beside)
        )
        files = (self._block(lines[index]) for index in self.foot if lines[index].kind == "file")
        return tuple(block for block in (*body, *files) if block.kind == "text" or block.url)

    def _block(self, line: Line, words: frozenset[str] = frozenset()) -> Block:
        url = None if line.kind == "text" else self.document.address(line.links[0].href)
        if is_buttons(line):
            text = " ".join(line.pieces) or line.text
        else:
            text = _without_last_button(line)
            if text == line.text and line.link_share > _NAVIGATION:
                text = line.spaced
        return Block(line.kind, text, url, line.link_share, words)

    def _rules(self) -> Mapping[str, Provenance]:
        headline, region = self.landmarks.headline, self.region
        title = Provenance(headline.rule, headline.title, headline.certainty)
        return {
            "title": title,
            "kicker": Provenance(headline.rule, headline.kicker, headline.certainty / 2),
            "subtitle": Provenance(headline.rule, headline.subtitle, headline.certainty / 2),
            "byline": Provenance("labels", self.byline),
            "breadcrumb": Provenance("labels", " > ".join(self.landmarks.crumbs)),
            "content": Provenance(region.rule, None, region.certainty) if region else title,
        }


def _without_last_button(line: Line) -> str:
    """Return a paragraph without the button right behind its last sentence or its credit: `作者：周大山返回首页，查看更多`."""
    button = line.links[-1].text if line.links and line.kind == "text" else ""
    if len(button) < _BUTTON or not is_furniture(button):
        return line.text
    told = line.text.removesuffix(button).rstrip()
    return told if told.endswith(_SENTENCE_ENDS) or is_credit(told) else line.text


def _texts_of(article: RawArticle) -> Iterator[str]:
    """Yield every text of an article that is stored."""
    yield from (article.title, article.kicker or "", article.subtitle or "", article.byline or "")
    yield from article.breadcrumb
    yield from (block.text for block in article.content)


def _is_replaced(page: type[ArticlePage], name: str) -> bool:
    """Return whether a class between the page's and this one has a rule of its own for the field."""
    return any(name in kind.__dict__ for kind in page.__mro__[: page.__mro__.index(ArticlePage)])
