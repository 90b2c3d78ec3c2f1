"""`nongshang read`: what the project reads on a page, without storing it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import Request, urlopen

import typer

from crawler.pages.document import MAX_BYTES
from crawler.pages.reading import Reader, Received
from crawler.report import ExitCode
from crawler.settings.base import USER_AGENT
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir, open_for_reading
from nongshang.errors import refuse
from pipelines.boilerplate import strip
from pipelines.items import RawArticle
from pipelines.normalise import normalise
from pipelines.sources import printed_source
from pipelines.urls import Site
from storage.article import Article
from storage.captures import find_capture, read_capture
from storage.warc import DamagedRecord

_SUFFIXES = {".html", ".htm", ".shtml", ".xhtml"}
_TIMEOUT = 30  # seconds
_CAPTURE = "capture:"


@dataclass(frozen=True, slots=True)
class _Page:
    id: str
    url: str
    body: bytes
    charset: str | None = None
    fetched_at: datetime | None = None


def read(
    targets: Annotated[
        list[str],
        typer.Argument(help="Files, folders of saved pages, addresses, or captures as capture:NUMBER."),
    ],
    base_url: Annotated[
        str, typer.Option(help="Where a saved page is taken to stand: this, and its path.")
    ] = "http://localhost/",
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
) -> None:
    """Print what is read on each page, one JSON object a line; nothing is stored."""
    pages = [
        page
        for target in targets
        for page in (
            [_kept(target, archive, captures)] if target.startswith(_CAPTURE) else _pages(target, base_url)
        )
    ]
    if not pages:
        refuse(f"no page below {', '.join(targets)}; pages end in {', '.join(sorted(_SUFFIXES))}")
    for page in pages:
        line = {
            "id": page.id,
            **read_page(page.body, url=page.url, charset=page.charset, fetched_at=page.fetched_at),
        }
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_page(
    body: bytes, *, url: str, fetched_at: datetime | None = None, charset: str | None = None
) -> dict[str, Any]:
    """Read one page as `nongshang read` prints it, without the `id`.

    Args:
        body: the bytes as received.
        url: the page's address.
        fetched_at: base of relative dates; now, if not given.
        charset: what the response header states.
    """
    fetched_at = fetched_at or datetime.now(UTC)
    received = Received(body, url, fetched_at, charset)
    reading = Reader(Site.of(url)).read(received)
    raw = reading.article or (reading.page.outline() if reading.page else RawArticle(url, fetched_at, "", ()))
    line: dict[str, Any] = {"kind": reading.kind, "url": url, **_fields(_article(raw))}
    line["next_part"] = raw.next_part
    line["refusal"] = reading.refusal.reason if reading.refusal and reading.kind != "list" else None
    if reading.kind == "list" and reading.listing:
        listing = reading.listing
        line["entries"] = [
            {"title": entry.title, "url": listing.as_written(entry.url), "date": entry.date}
            for entry in listing.entries
        ]
        line["next_url"] = listing.next_url and listing.as_written(listing.next_url)
    return line


def _article(raw: RawArticle) -> Article:
    """The walk without an archive: strip, understand."""
    return normalise(replace(raw, content=strip(raw.content)))


def _fields(article: Article) -> dict[str, Any]:
    return {
        "section": article.section,
        "kicker": article.kicker,
        "title": article.title or None,
        "subtitle": article.subtitle,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "published_precision": article.published_precision,
        "published_raw": article.published_raw,
        "source": printed_source(article.source_raw),
        "contributors": [
            {"name": person.name, "role": person.role, "affiliation": person.affiliation}
            for person in article.contributors
        ],
        "body": article.body,
        "attachments": [asdict(attachment) for attachment in article.attachments],
    }


def _pages(target: str, base_url: str) -> Iterator[_Page]:
    """The pages a target names: an address, a file, or all below a folder."""
    if target.startswith(("http://", "https://")):
        yield _fetched(target)
        return
    path = Path(target)
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in _SUFFIXES:
                yield _saved(file, path, base_url)
    elif path.is_file():
        yield _saved(path, path.parent, base_url)
    else:
        refuse(f"no file, folder or address: {target}")


def _saved(file: Path, folder: Path, base_url: str) -> _Page:
    inside = file.relative_to(folder)
    return _Page(
        id=inside.with_suffix("").as_posix(),
        url=urljoin(base_url, quote(inside.as_posix())),
        body=file.read_bytes(),
    )


def _fetched(url: str) -> _Page:
    """One page, asked for once, with a bound on time and size."""
    try:
        with urlopen(Request(url, headers={"User-Agent": USER_AGENT}), timeout=_TIMEOUT) as answer:  # noqa: S310 - http(s) only, checked by the caller
            body: bytes = answer.read(MAX_BYTES + 1)
            return _Page(urlsplit(url).path or "/", answer.url, body, answer.headers.get_content_charset())
    except (OSError, ValueError) as error:
        refuse(f"{url} could not be fetched: {getattr(error, 'reason', error)}", ExitCode.FAULT)


def _kept(target: str, archive: str, folder: Path) -> _Page:
    """The page as a run received it, whatever stands there today."""
    from crawler.rereading import body_of  # noqa: PLC0415 - Scrapy, which no other page needs

    number = target.removeprefix(_CAPTURE)
    if not number.isdecimal():
        refuse(f"{target}: name a capture by its number, as in capture:17")
    with open_for_reading(archive) as opened, opened.read() as connection:
        places = find_capture(connection, int(number))
    if places is None:
        refuse(f"there is no capture {number}")
    try:
        record = read_capture(folder, *places)
    except DamagedRecord as error:
        refuse(error, ExitCode.FAULT)
    body, charset = body_of(record)
    return _Page(target, record.url, body, charset, record.at)
