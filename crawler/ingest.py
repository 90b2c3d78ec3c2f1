"""Pages that others have fetched, by the way of a crawl into the archive: captures first, then rows.

Lists go first, as they know dates and titles the pages leave out. They are followed no further: what is not
among the pages given is not asked for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scrapy.exceptions import DropItem
from sqlalchemy import select

from crawler.outcomes import outcome_of_status
from crawler.pages.discovery import discover
from crawler.pages.parts import join_parts
from crawler.pages.reading import Reader, Reading
from crawler.plan import CrawlPlan
from crawler.rereading import Unread, read_record
from crawler.saved import SavedPage
from pipelines.items import RawArticle
from pipelines.stages import Normalise, StripBoilerplate
from storage.captures import Keeper
from storage.ledger import Discovery
from storage.models import LedgerKind, copies, ledger
from storage.run import RANK, Run, Visit, now
from storage.warc import DamagedRecord, Record

Pages = list[tuple[str, SavedPage]]
"""By canonical address."""


class PagesClock:
    """The time of the page in hand; ours while there is none."""

    def __init__(self) -> None:
        self.at: datetime | None = None

    def __call__(self) -> datetime:
        """As `storage.run.now`."""
        return self.at or now()


@dataclass(slots=True)
class Ingest:
    """Takes in the pages of one site."""

    run: Run
    plan: CrawlPlan
    keeper: Keeper
    reader: Reader
    clock: PagesClock
    left_out: Counter[str] = field(default_factory=Counter)
    """Pages that were not taken in, by reason."""

    _pages: dict[str, SavedPage] = field(default_factory=dict)
    """By canonical address; of several versions the last, for the parts of an article."""

    def take(self, pages: Iterable[SavedPage]) -> None:
        """Take in pages, in the order they were fetched."""
        ours = sorted(self._ours(pages), key=lambda each: each[1].at)
        self._pages = dict(ours)
        read, lists, parts = self._surveyed(ours)
        for url, page in read:
            if url in lists:
                self._take_list(url, page)
        for url, page in read:
            if url not in lists and url not in parts:
                self._take_page(url, page)

    def _surveyed(self, ours: Pages) -> tuple[Pages, set[str], set[str]]:
        """The pages that can be read, and which addresses are lists and parts of articles.

        A list without entries is told by the links that lead to it, as in a crawl.
        """
        read: Pages = []
        articles, lists, parts = set(), {self.reader.site.to_site(self.plan.base_url)}, set()
        for url, page in ours:
            _, reading = self._read(url, page)
            if reading is None:
                continue
            read.append((url, page))
            if reading.listing:
                found = discover(reading.listing, self.plan).found
                lists.update(entry.url for entry in found if entry.kind == "list")
            if reading.article is None:
                lists.update([url] if reading.kind == "list" else [])
                continue
            articles.add(url)
            if reading.article.next_part:
                parts.add(self.reader.site.to_site(reading.article.next_part))
        return read, lists - articles, parts

    def _ours(self, pages: Iterable[SavedPage]) -> Iterator[tuple[str, SavedPage]]:
        for page in pages:
            if self.reader.site.same_site(page.url):
                yield self.reader.site.to_site(page.url), page
            else:
                self.left_out["another site's"] += 1

    def _read(self, url: str, page: SavedPage) -> tuple[Record | None, Reading | None]:
        """The bytes of a page and what is on it; counts why there is nothing."""
        try:
            record = page.load()
            if reason := _no_page(record):
                self.left_out[reason] += 1
                return None, None
            return record, read_record(self.reader, record, url, None, None)
        except DamagedRecord:
            self.left_out["damaged"] += 1
        except Unread as why:
            self.left_out[str(why).partition(":")[0]] += 1
        return None, None

    def _enter(self, url: str, kind: LedgerKind) -> None:
        with self.run.archive.transaction() as tx:
            entry = Discovery(url, kind, rank=RANK[kind])
            tx.discover([entry], found_on=url, run_id=self.run.id, at=self.clock())

    def _keep(self, url: str, record: Record) -> int:
        self.clock.at = record.at
        return self.keeper.keep(url, record.at, record.status, record.headers, record.body)

    def _take_list(self, url: str, page: SavedPage) -> None:
        record, reading = self._read(url, page)
        if record is None or reading is None or reading.listing is None:
            return
        self._keep(url, record)
        self._enter(url, "list")
        entries = reading.listing.entries
        found = [
            Discovery(
                entry.url,
                title=entry.title,
                listed_date=entry.date or entry.date_text,
                rank=RANK["article"],
            )
            for entry in entries
            if entry.url in self._pages
        ]
        self.run.visit(url, Visit(found=tuple(found), kind="list"))
        self.run.read_list(url, [entry.url for entry in entries], None, lambda _: False)

    def _take_page(self, url: str, page: SavedPage) -> None:
        with self.run.archive.read() as connection:
            held = connection.scalar(select(copies.c.last_seen_at).where(copies.c.url == url))
            listed_date = connection.scalar(select(ledger.c.listed_date).where(ledger.c.url == url))
        if held is not None and held >= page.at:
            self.left_out["not younger than what is held"] += 1
            return
        record = page.load()
        number = self._keep(url, record)
        self._enter(url, "article")
        reading = read_record(self.reader, record, url, listed_date, number)
        if reading.article is None:
            self._refuse(url, reading, number)
            return
        whole = self._whole(reading.article)
        try:
            self.run.file(Normalise(self.run).process_item(StripBoilerplate(self.run).process_item(whole)))
        except DropItem:
            return  # refused, and entered as that

    def _refuse(self, url: str, reading: Reading, number: int) -> None:
        assert reading.refusal is not None
        self.run.refuse(
            url,
            stage="read",
            reason=reading.refusal.reason,
            detail=reading.refusal.detail,
            capture_id=number,
        )

    def _whole(self, first: RawArticle) -> RawArticle:
        """An article with the further pages that are among those given."""
        parts: list[RawArticle] = []
        begun = {first.url}
        while (following := (parts or [first])[-1].next_part) is not None:
            url = self.reader.site.to_site(following)
            page = self._pages.get(url)
            record, reading = self._read(url, page) if page and url not in begun else (None, None)
            if record is None or reading is None or reading.article is None:
                break
            begun.add(url)
            self._keep(url, record)
            self.run.part(first.url, url, "stored", "part")
            parts.append(reading.article)
        return join_parts(first, *parts)


def _no_page(record: Record) -> str | None:
    """Why a response is no page: its status, or what the server called it."""
    if outcome := outcome_of_status(record.status):
        return outcome.reason
    kinds = [value for name, value in record.headers if name.lower() == b"content-type"]
    return "an image, a script, a file" if kinds and b"html" not in kinds[0].lower() else None
