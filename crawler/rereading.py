"""Reads kept pages again with today's rules. Pure: the same files give the same articles."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.statscollectors import StatsCollector
from w3lib.encoding import http_content_type_encoding

from crawler.outcomes import outcome_of_status
from crawler.pages.base import ArticlePage
from crawler.pages.parts import join_parts
from crawler.pages.reading import Reader, Reading, Received
from crawler.project import project_settings
from pipelines.boilerplate import strip
from pipelines.items import RawArticle
from pipelines.normalise import normalise
from pipelines.refusals import Refusal
from pipelines.urls import Site
from storage.article import Article
from storage.captures import read_capture
from storage.filing import reading_digest
from storage.rereading import KeptPage, KeptReading
from storage.warc import DamagedRecord, Record

_PAGES = 100
"""Pages of one job: few enough to keep memory flat, enough to make the way to another process worth it."""


@dataclass(frozen=True, slots=True)
class FileJob:
    """Pages that lie in one file, to be read again."""

    folder: Path
    readings: tuple[KeptReading, ...]
    site_name: str | None
    article_page: type[ArticlePage]


@dataclass(frozen=True, slots=True)
class Reread:
    """One page, read again."""

    held: KeptReading
    article: Article | None = None
    """What today's rules read; None where they read the same as the archive holds, or nothing."""

    unread: str | None = None
    """Why there is nothing: a refusal by name, a damaged record, a part that was not kept."""


def jobs(folder: Path, readings: Iterable[KeptReading], pages: Callable[[str], type]) -> Iterator[FileJob]:
    """Cut the readings into jobs; `pages` gives the spider class of a name."""
    chunk: list[KeptReading] = []
    for reading in readings:
        if chunk and (len(chunk) == _PAGES or _file_of(chunk[0]) != _file_of(reading)):
            yield _job(folder, chunk, pages)
            chunk = []
        chunk.append(reading)
    if chunk:
        yield _job(folder, chunk, pages)


def _file_of(reading: KeptReading) -> tuple[str, str]:
    return reading.page.place.file, reading.spider


def _job(folder: Path, chunk: list[KeptReading], pages: Callable[[str], type]) -> FileJob:
    spider = pages(chunk[0].spider)
    return FileJob(folder, tuple(chunk), spider.site_name, spider.article_page)  # type: ignore[attr-defined]


def reread(job: FileJob) -> list[Reread]:
    """Read the pages of a job; a page that can't be read says why and stops nobody else."""
    return [_reread(job, held) for held in job.readings]


def _reread(job: FileJob, held: KeptReading) -> Reread:
    try:
        article = _Rereader(job, held).article()
    except Unread as why:
        return Reread(held, unread=str(why))
    return Reread(held, None if reading_digest(article) == held.digest else article)


class Unread(Exception):  # noqa: N818 - a state of the page, not an error in the program
    """Why a page gives no article."""


@dataclass(slots=True)
class _Rereader:
    """The way of one article from its captures, as the spider and the stages went it."""

    job: FileJob
    held: KeptReading
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        site = site_of(self.held.page.url, self.held.site)
        self.reader = Reader(site, self.job.site_name, self.job.article_page)

    def article(self) -> Article:
        raw = self._joined(self._read(self.held.page, self.held.listed_date))
        try:
            return normalise(replace(raw, content=strip(raw.content)))
        except Refusal as refusal:
            raise Unread(refusal.reason) from None

    def _joined(self, first: RawArticle) -> RawArticle:
        kept = {part.url: part for part in self.held.parts}
        parts: list[RawArticle] = []
        while (following := (parts or [first])[-1].next_part) is not None:
            page = kept.pop(self.reader.site.to_site(following), None)
            try:
                if page is None:
                    break
                parts.append(self._read(page, None))
            except Unread:
                break
        whole = join_parts(first, *parts)
        if whole.partial and not self.held.partial and self.held.digest is not None:
            raise Unread("needs a page that was not kept")
        return whole

    def _read(self, page: KeptPage, listed_date: str | None) -> RawArticle:
        try:
            record = read_capture(self.job.folder, page.place, page.body)
        except DamagedRecord as damage:
            raise Unread(f"damaged: {damage}") from None
        if outcome := outcome_of_status(record.status):
            raise Unread(outcome.reason)
        reading = read_record(self.reader, record, page.url, listed_date, page.capture_id)
        if reading.article is None:
            raise Unread(reading.refusal.reason if reading.refusal else reading.kind)
        return reading.article


def site_of(url: str, host: str | None) -> Site:
    """The site an address is read on; `host` is the name it goes by where the address is on another."""
    parts = urlsplit(url)
    if host is None or parts.hostname == host:
        return Site.of(url)
    return Site.of(f"{parts.scheme}://{host}/", [f"{parts.scheme}://{parts.netloc}"])


def read_record(
    reader: Reader, record: Record, url: str, listed_date: str | None, capture_id: int | None
) -> Reading:
    """Read a kept response as the spider reads a live one."""
    body, charset = body_of(record)
    return reader.read(
        Received(
            body,
            url,
            fetched_at=record.at,
            charset=charset,
            listed_date=listed_date,
            capture_id=capture_id,
        )
    )


def body_of(record: Record) -> tuple[bytes, str | None]:
    """The body of a kept response, its coding undone, and the charset its header states."""
    response = uncompressed(response_of(record))
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return response.body, http_content_type_encoding(content_type)


def response_of(record: Record) -> Response:
    """A kept response as Scrapy has it from the network."""
    headers = Headers()
    for name, value in record.headers:
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=record.url, body=record.body)
    return kind(record.url, status=record.status, headers=headers, body=record.body)


def uncompressed(response: Response) -> Response:
    """The response with its content coding undone, by the hand that undoes it in a crawl."""
    if "Content-Encoding" not in response.headers:
        return response
    try:
        undone = _compression().process_response(Request(response.url), response)
    except Exception as error:  # noqa: BLE001 - the library of each coding has errors of its own
        raise Unread(f"undecodable: {error}") from None
    assert isinstance(undone, Response)
    return undone


@cache
def _compression() -> HttpCompressionMiddleware:
    crawler = Crawler(Spider, project_settings())
    crawler.stats = StatsCollector(crawler)  # a crawl would set it when it starts
    return HttpCompressionMiddleware(crawler=crawler)
