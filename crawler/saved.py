"""Pages that others have fetched: WARC files of any tool, folders of saved pages."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from storage.warc import DamagedRecord, Record, payload_digest

PAGE_SUFFIXES = {".html", ".htm", ".shtml", ".xhtml"}
_WARC_SUFFIXES = (".warc", ".warc.gz")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page, not read from the disk yet."""

    url: str
    at: datetime
    """When it was fetched; of a file that does not say so, when it was written."""

    load: Callable[[], Record]
    """Gives its bytes; raises `DamagedRecord` if they can't be trusted."""


def saved_pages(target: Path, base_url: str) -> Iterator[SavedPage]:
    """The pages of a WARC file, a saved page, or all of both below a folder.

    Args:
        target: what to look at.
        base_url: where a saved page is taken to stand: this, and its path.

    Raises:
        DamagedRecord: on reaching a place from which a WARC file can't be read on.
    """
    files = sorted(path for path in target.rglob("*") if path.is_file()) if target.is_dir() else [target]
    for file in files:
        if file.name.lower().endswith(_WARC_SUFFIXES):
            yield from _in_warc(file)
        elif file.suffix.lower() in PAGE_SUFFIXES:
            inside = file.relative_to(target if target.is_dir() else target.parent)
            url = urljoin(base_url, quote(inside.as_posix().removesuffix("index.html")))
            at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            yield SavedPage(url, at, partial(_from_file, file, url, at))


def _from_file(file: Path, url: str, at: datetime) -> Record:
    body = file.read_bytes()
    return Record("response", at, url, 200, (), body, payload_digest(body))


def _in_warc(path: Path) -> Iterator[SavedPage]:
    with path.open("rb") as file:
        records = ArchiveIterator(file)
        try:
            for record in records:
                if record.rec_type == "response" and record.http_headers:
                    offset = records.get_record_offset()
                    url, at = _address(record), _date(record)
                    yield SavedPage(url, at, partial(_from_warc, path, offset))
        except (ArchiveLoadFailed, zlib.error, ValueError, EOFError) as error:
            raise DamagedRecord(f"{path.name}: not to be read on: {error}") from None


def _from_warc(path: Path, offset: int) -> Record:
    with path.open("rb") as file:
        file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(file, check_digests=True)))
            stored = record.raw_stream.read()
        except (ArchiveLoadFailed, StopIteration, zlib.error, ValueError, EOFError) as error:
            raise DamagedRecord(f"{path.name} at {offset}: {error}") from None
    if record.digest_checker.passed is False or record.raw_stream.limit:
        raise DamagedRecord(f"{path.name} at {offset}: its content does not match its digest or length")
    body = _unchunked(record, stored)
    lines = [(name.encode(), value.encode()) for name, value in record.http_headers.headers]
    status = int(record.http_headers.get_statuscode())
    return Record("response", _date(record), _address(record), status, lines, body, payload_digest(body))


def _unchunked(record: Any, stored: bytes) -> bytes:
    if "chunked" not in (record.http_headers.get_header("Transfer-Encoding") or "").lower():
        return stored
    reader = ChunkedDataReader(BytesIO(stored))
    return b"".join(iter(partial(reader.read, 1 << 16), b""))


def _address(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def _date(record: Any) -> datetime:
    at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)
