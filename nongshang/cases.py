"""A page that misbehaved, kept as a folder: the bytes as received, what is to be read on them, and why.

tests/fixtures/cases/2024-05-01-two-sources/
    meta.json     why it was kept; whose rules read it; address, time and header of each page
    page-1.html   the bytes as received; page-2.html and so on for an article on several
    raw.json      what the page reader gives: RawArticle
    article.json  what the stages make of it: Article
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.spiderloader import SpiderLoader

from crawler.pages.parts import join_parts
from crawler.pages.reading import Reader
from crawler.project import project_settings
from crawler.rereading import Unread, read_record, site_of
from crawler.spiders.base import SiteSpider
from pipelines.boilerplate import strip
from pipelines.items import RawArticle
from pipelines.normalise import normalise
from pipelines.refusals import Refusal
from storage.warc import Record

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST = 80
_DEVICES = re.compile(r"con|nul|aux|prn|com\d|lpt\d")
_MOST_PAGES = 50

DEFAULT_SPIDER = "nongshang"

Golden = Mapping[str, Any]
"""A reading as JSON: a field each."""


class CaseError(ValueError):
    """A case that can't be used; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def read_today(self) -> dict[str, Golden]:
        """What today's rules make of the pages: `raw` and `article`."""
        meta = json.loads((self.folder / "meta.json").read_text("utf-8"))
        return readings(
            self._records(meta), meta.get("listed_date"), spider_named(meta.get("spider", DEFAULT_SPIDER))
        )

    def accepted(self) -> dict[str, Golden] | None:
        """What a person has accepted; None if nobody has yet."""
        files = {kind: self.folder / f"{kind}.json" for kind in ("raw", "article")}
        if not all(file.is_file() for file in files.values()):
            return None
        return {kind: json.loads(file.read_text("utf-8")) for kind, file in files.items()}

    def accept(self, read: dict[str, Golden]) -> None:
        """Keep a reading as what is expected from now on."""
        for kind, golden in read.items():
            _write_json(self.folder / f"{kind}.json", golden)

    def differences(self) -> Iterator[tuple[str, Any, Any]]:
        """Each field that reads otherwise than accepted: its name, what is expected, what is read.

        Raises:
            CaseError: nobody has accepted the case yet.
        """
        expected, read = self.accepted(), self.read_today()
        if expected is None:
            raise CaseError(f"{self.name} was not accepted yet: `nongshang fixture accept {self.name}`")
        yield from compare(expected, read)

    def _records(self, meta: Mapping[str, Any]) -> list[Record]:
        return [
            Record(
                "response",
                datetime.fromisoformat(page["fetched_at"]),
                page["url"],
                page["status"],
                [(name.encode("latin-1"), value.encode("latin-1")) for name, value in page["headers"]],
                (self.folder / page["file"]).read_bytes(),
            )
            for page in meta["pages"]
        ]


def cases(base: Path) -> list[Case]:
    """Every case in a folder, by name."""
    return [Case(meta.parent) for meta in sorted(base.glob("*/meta.json"))]


def case_named(base: Path, name: str) -> Case:
    """The case of a name.

    Raises:
        CaseError: the name is none, or there is no such case.
    """
    case = Case(base / checked_name(name))
    if not (case.folder / "meta.json").is_file():
        raise CaseError(f"no case {name!r} in {base}")
    return case


def checked_name(name: str) -> str:
    """The name, if it can be a folder's on every system.

    Raises:
        CaseError: it can't.
    """
    if len(name) > _MOST or not _SLUG.fullmatch(name) or _DEVICES.fullmatch(name):
        raise CaseError(
            f"{name[:40]!r} is no name for a case: small letters, digits and single hyphens,"
            f" {_MOST} at most, as in 2024-05-01-two-sources"
        )
    return name


def spider_named(name: str) -> type[SiteSpider]:
    """The spider whose rules read a page.

    Raises:
        CaseError: there is none.
    """
    spiders = SpiderLoader.from_settings(project_settings())
    try:
        found = spiders.load(name)
    except KeyError:
        raise CaseError(f"unknown spider {name!r}; known: {', '.join(spiders.list())}") from None
    assert issubclass(found, SiteSpider)
    return found


def name_for(pages: list[Record], listed_date: str | None, spider: type[SiteSpider]) -> str:
    """A name for an article that was given none: its day, and what its address ends in."""
    said = readings(pages, listed_date, spider)["article"].get("published_at") or pages[0].at.isoformat()
    last = urlsplit(pages[0].url).path.rstrip("/").rsplit("/", 1)[-1]
    words = re.findall(r"[a-z0-9]+", last.lower().removesuffix(".html"))
    return "-".join([said[:10], *words])[:_MOST].rstrip("-")


def record(  # noqa: PLR0913 - one a line of meta.json
    base: Path,
    name: str,
    records: list[Record],
    *,
    why: str,
    listed_date: str | None,
    spider: str = DEFAULT_SPIDER,
) -> Case:
    """Keep pages as a new case.

    Raises:
        CaseError: the name is none, or is taken.
    """
    case = Case(base / checked_name(name))
    if case.folder.exists():
        raise CaseError(f"{case.folder} is there already")
    case.folder.mkdir(parents=True)
    pages = []
    for number, page in enumerate(records, start=1):
        file = f"page-{number}.html"
        (case.folder / file).write_bytes(page.body)
        pages.append({"file": file, **_headers_of(page)})
    meta = {"why": why, "spider": spider, "listed_date": listed_date, "pages": pages}
    _write_json(case.folder / "meta.json", meta)
    return case


def _headers_of(page: Record) -> dict[str, Any]:
    return {
        "url": page.url,
        "fetched_at": page.at.isoformat(),
        "status": page.status,
        "headers": [
            [name.decode("latin-1"), value.decode("latin-1")]
            for name, value in page.headers
            if name.lower() in {b"content-type", b"content-encoding", b"last-modified"}
        ],
    }


def pages_from(
    first: Record, fetch: Callable[[str], Record | None], spider: type[SiteSpider]
) -> list[Record]:
    """A page and the pages its article goes on at; `fetch` gives the page of an address."""
    pages, reader = [first], _reader(first.url, spider)
    seen = {first.url}
    while len(pages) < _MOST_PAGES:
        following = _next_part(reader, pages[-1])
        if following is None or following in seen or (page := fetch(following)) is None:
            break
        seen.add(following)
        pages.append(page)
    return pages


def _next_part(reader: Reader, page: Record) -> str | None:
    try:
        article = read_record(reader, page, page.url, None, None).article
    except Unread:
        return None
    return article.next_part if article else None


def readings(records: list[Record], listed_date: str | None, spider: type[SiteSpider]) -> dict[str, Golden]:
    """What today's rules make of the pages of one article."""
    reader = _reader(records[0].url, spider)
    try:
        read = [read_record(reader, page, page.url, listed_date, None) for page in records]
    except Unread as why:
        return {"raw": {"refusal": str(why)}, "article": {}}
    first, *rest = (reading.article for reading in read)
    if first is None:
        refusal = read[0].refusal
        return {"raw": {"refusal": refusal.reason if refusal else read[0].kind}, "article": {}}
    raw = join_parts(first, *(part for part in rest if part is not None))
    lines = [{"kind": block.kind, "text": block.text, "url": block.url} for block in raw.content]
    return {"raw": _golden(asdict(raw) | {"content": lines}), "article": _article(raw)}


def _article(raw: RawArticle) -> Golden:
    try:
        article = normalise(replace(raw, content=strip(raw.content)))
    except Refusal as refusal:
        return {"refusal": refusal.reason}
    return _golden(asdict(article) | {"contributors": [person._asdict() for person in article.contributors]})


def _reader(url: str, spider: type[SiteSpider]) -> Reader:
    return Reader(site_of(url, None), spider.site_name, spider.article_page)


def compare(expected: dict[str, Golden], read: dict[str, Golden]) -> Iterator[tuple[str, Any, Any]]:
    """Each field that differs: `article.title`, expected, read."""
    for kind, golden in expected.items():
        for name in dict.fromkeys([*golden, *read[kind]]):
            old, new = golden.get(name), read[kind].get(name)
            if old != new:
                yield f"{kind}.{name}", old, new


_OURS = {"fetched_at", "capture_id", "rule_version", "provenance", "read_by", "fingerprint"}
"""Fields of a reading that say how and when it was read, not what the page says."""


def _golden(said: dict[str, Any]) -> Golden:
    """A reading as JSON gives it back: times as text, tuples as lists."""
    kept = {name: value for name, value in said.items() if name not in _OURS}
    return dict(json.loads(json.dumps(kept, default=datetime.isoformat)))


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
