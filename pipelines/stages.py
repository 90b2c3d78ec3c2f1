"""The walk's stages as Scrapy item pipelines: thin classes round pure functions and the archive.

    RawArticle ─ StripBoilerplate ─ RawArticle ─ Normalise ─ Article ─ Select ─ Article ─ Deduplicate ─ Filing ─ Store

Each stage takes what the one before returns and returns something new.
"""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from scrapy.exceptions import DropItem

from pipelines.boilerplate import strip
from pipelines.items import RawArticle
from pipelines.normalise import normalise
from pipelines.refusals import Refusal
from storage.article import Article, Filing
from storage.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Plan(Protocol):
    """What a run was asked for."""

    def covers(self, day: date | None) -> bool:
        """Whether an article of that day is wanted."""
        ...

    def looks_at(self, url: str, *names: str) -> bool:
        """Whether a page is in a section asked for."""
        ...


class Stage:
    """What the stages share: the run they work for, and what becomes of a refused page."""

    name: ClassVar[str]

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Built by Scrapy once the spider stands."""
        return cls(crawler.spider.run)  # type: ignore[union-attr]

    def refuse(self, raw: RawArticle, refusal: Refusal) -> DropItem:
        """Keep the page among the rejections; gives what ends the item's walk."""
        self.run.refuse(
            raw.url,
            stage=self.name,
            reason=refusal.reason,
            detail=refusal.detail,
            capture_id=raw.capture_id,
        )
        return DropItem(f"{refusal.reason}: {raw.url}", log_level="INFO")


class StripBoilerplate(Stage):
    """Breadcrumb, pager, comment form, related links and the like leave the body region."""

    name = "strip"

    def process_item(self, raw: RawArticle) -> RawArticle:
        """Drop the blocks that are template noise."""
        return replace(raw, content=strip(raw.content))


class Normalise(Stage):
    """Strings as printed become times, sources, people."""

    name = "normalise"

    def process_item(self, raw: RawArticle) -> Article:
        """Interpret the page, or refuse it by name."""
        try:
            return normalise(raw)
        except Refusal as refusal:
            raise self.refuse(raw, refusal) from None


class Select(Stage):
    """What the run was not asked for ends here; its address is taken up again by a run that is."""

    name = "select"

    def __init__(self, run: Run, plan: "Plan") -> None:
        super().__init__(run)
        self.plan = plan

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Built by Scrapy once the spider stands."""
        return cls(crawler.spider.run, crawler.spider.plan)  # type: ignore[union-attr]

    def process_item(self, article: Article) -> Article:
        """Let an article of the days and sections asked for pass."""
        if not self.plan.covers(article.published_at.date() if article.published_at else None):
            raise self.leave_out(article.url, "outside-dates")
        if not self.plan.looks_at(article.url, *(article.section or "").split("/")):
            raise self.leave_out(article.url, "outside-sections")
        return article

    def leave_out(self, url: str, reason: str) -> DropItem:
        """Answer for the address; gives what ends the item's walk."""
        self.run.end(url, "skipped", reason)
        return DropItem(f"{reason}: {url}", log_level="DEBUG")


class Deduplicate(Stage):
    """Where an article belongs: a new story, a revision, a copy. An unchanged page ends here."""

    name = "deduplicate"

    def process_item(self, article: Article) -> Filing:
        """Look the article up; of an unchanged one only the time it was seen is written."""
        filing = self.run.match(article)
        if filing.kind == "unchanged":
            self.run.file(article)
            raise DropItem(f"unchanged: {article.url}", log_level="DEBUG")
        return filing


class Store(Stage):
    """Rows: article, people, copy, revision and the ledger's answer, in one transaction."""

    name = "store"

    def process_item(self, filing: Filing) -> Filing:
        """Write the article.

        Another worker may have filed the same story since `Deduplicate` looked,
        so the place is settled again under the archive's write lock.
        """
        return self.run.file(filing.article)
