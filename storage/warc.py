"""Responses as WARC records on disk: one file a run and day, each record compressed by itself.

Any WARC tool reads the files. Readers take a cut or damaged record for the end of the file and say
nothing, so lengths and digests are checked here.
"""

import hashlib
import json
import os
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

Headers = Sequence[tuple[bytes, bytes]]

RecordKind = Literal["warcinfo", "response", "revisit", "metadata"]
"""What a run was asked for; a response; one whose body is kept already; what else happened."""

_CHUNK = 1 << 16
_GZIP_HEAD, _GZIP_COMMENT = 10, 0x10
"""Length of the head of a compressed record, and the flag that says a comment follows it."""

_NOTE = "nongshang"
"""Name of the line that holds our notes, as JSON, in a `warcinfo` or `metadata` record."""


class DamagedRecord(ValueError):  # noqa: N818 - named for what was found
    """A record that can't be trusted; the message says why."""


class CutRecord(DamagedRecord):
    """A record the file ends in."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record, unpacked."""

    kind: RecordKind
    at: datetime
    url: str = ""
    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    """As received, content coding and all; empty for a revisit."""

    payload_digest: str = ""
    """Of the body, as WARC writes it."""

    refers_to: tuple[str, datetime] | None = None
    """For a revisit: address and time of the record that holds the body."""

    note: Mapping[str, Any] = field(default_factory=dict)
    """What a `warcinfo` or `metadata` record says."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies, and the digest of its bytes as they lie there."""

    file: str
    offset: int
    length: int
    digest: str

    @property
    def end(self) -> int:
        """Offset of what follows."""
        return self.offset + self.length


def payload_digest(body: bytes) -> str:
    """Tells two bodies apart: `sha1:` and base 32, as every WARC tool writes it."""
    return f"sha1:{b32encode(hashlib.sha1(body).digest()).decode()}"  # noqa: S324 - what WARC readers expect


def digest_of(stored: bytes) -> str:
    """Digest of stored bytes."""
    return hashlib.sha256(stored).hexdigest()


class WarcFile:
    """A file that grows by whole records."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("xb", buffering=0)
        self._seen = hashlib.sha256()
        self._end = 0

    @classmethod
    def create(cls, folder: Path, stem: str) -> Self:
        """Open a new file; a name that is taken, by another archive's run, gets a number."""
        tries = 1
        while True:
            name = f"{stem}.warc.gz" if tries == 1 else f"{stem}-{tries}.warc.gz"
            try:
                return cls(folder / name)
            except FileExistsError:
                tries += 1

    def append(self, record: Record) -> Place:
        """Write a record; what could not be written whole is taken back."""
        return self.copy(_packed(record, self.path.name))

    def copy(self, stored: bytes) -> Place:
        """Write a record as it was stored elsewhere."""
        try:
            _write_all(self._file, stored)
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            if self._end == 0:
                self.path.unlink()
            raise
        place = Place(self.path.name, self._end, len(stored), digest_of(stored))
        self._end = place.end
        self._seen.update(stored)
        return place

    def close(self) -> Place:
        """Close the file; gives the whole of it as one place."""
        self._file.close()
        return Place(self.path.name, 0, self._end, self._seen.hexdigest())


def _write_all(file: IO[bytes], stored: bytes) -> None:
    view = memoryview(stored)
    while view:
        view = view[file.write(view) :]


def whole_file(path: Path) -> Place:
    """A file as one place."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Place(path.name, 0, path.stat().st_size, digest)


def cut_back(path: Path, end: int) -> None:
    """Take off what a crash left behind the last record known."""
    with path.open("r+b") as file:
        file.truncate(end)
        os.fsync(file.fileno())


def overwrite(folder: Path, place: Place, record: Record) -> None:
    """Put another record where one lies; every record after it stays where it is.

    The room that is left becomes a comment in the head of the compressed record, which readers skip.

    Raises:
        DamagedRecord: the file is gone or too short, or the record does not fit.
    """
    stored = _packed(record, place.file)
    room = place.length - len(stored)
    if room:
        flags, filling = stored[3] | _GZIP_COMMENT, b" " * (room - 1) + b"\0"
        stored = stored[:3] + bytes([flags]) + stored[4:_GZIP_HEAD] + filling + stored[_GZIP_HEAD:]
    try:
        with (folder / place.file).open("r+b") as file:
            if room < 0 or os.fstat(file.fileno()).st_size < place.end:
                raise DamagedRecord(f"{place.file} at {place.offset}: no room for another record")
            file.seek(place.offset)
            file.write(stored)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DamagedRecord(f"{place.file}: {error.strerror}") from None


def stored_bytes(folder: Path, place: Place) -> bytes:
    """The bytes of a record as they lie in its file, checked against length and digest.

    Raises:
        DamagedRecord: the file is gone or too short, or its bytes are not the ones written.
    """
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            stored = file.read(place.length)
    except OSError as error:
        raise DamagedRecord(f"{place.file}: {error.strerror}") from None
    if len(stored) < place.length:
        raise DamagedRecord(f"{place.file} ends before {place.end}")
    if digest_of(stored) != place.digest:
        raise DamagedRecord(f"{place.file} at {place.offset}: the bytes are not the ones written")
    return stored


def scan(path: Path) -> Iterator[tuple[Place, Record]]:
    """Every record of a file in order, each checked against its own digests.

    Raises:
        DamagedRecord: on reaching a record that is cut or damaged.
    """
    for offset, stored in members(path):
        yield Place(path.name, offset, len(stored), digest_of(stored)), unpack(stored)


def unpack(stored: bytes) -> Record:
    """Read a record from its stored bytes.

    Raises:
        DamagedRecord: it is cut, or its content does not match its digest.
    """
    try:
        found = next(iter(ArchiveIterator(BytesIO(stored), no_record_parse=True)))
        block: bytes = found.raw_stream.read()
        return _record(found.rec_type, found.rec_headers, block)
    except (ArchiveLoadFailed, StopIteration, zlib.error, KeyError, ValueError) as error:
        raise DamagedRecord(f"not a sound record: {error}") from None


def _record(kind: RecordKind, headers: StatusAndHeaders, block: bytes) -> Record:
    if payload_digest(block) != headers.get_header("WARC-Block-Digest"):
        raise DamagedRecord("its content does not match its digest")
    at = datetime.fromisoformat(headers.get_header("WARC-Date"))
    url = headers.get_header("WARC-Target-URI") or ""
    if kind in {"warcinfo", "metadata"}:
        return Record(kind, at, url, note=_note_in(block))
    head, _, body = block.partition(b"\r\n\r\n")
    line, *rest = head.split(b"\r\n")
    fields = [tuple(one.split(b": ", 1)) for one in rest]
    referred = headers.get_header("WARC-Refers-To-Target-URI")
    return Record(
        kind,
        at,
        url,
        status=int(line.split()[1]),
        headers=[(name, value) for name, value in fields],
        body=body,
        payload_digest=headers.get_header("WARC-Payload-Digest"),
        refers_to=(referred, datetime.fromisoformat(headers.get_header("WARC-Refers-To-Date")))
        if referred
        else None,
    )


def _note_in(block: bytes) -> dict[str, Any]:
    found = re.search(rf"^{_NOTE}: (.*?)\r?$", block.decode(), re.MULTILINE)
    note: dict[str, Any] = json.loads(found[1]) if found else {}
    return note


def members(path: Path) -> Iterator[tuple[int, bytes]]:
    """The compressed records of a file, one at a time: offset and stored bytes.

    Raises:
        DamagedRecord: on reaching one that is cut or can't be unpacked.
    """
    offset, ahead = 0, b""
    with path.open("rb") as file:
        while ahead := ahead or file.read(_CHUNK):
            stored, ahead = _member(file, ahead, f"{path.name} at {offset}")
            yield offset, stored
            offset += len(stored)


def _member(file: IO[bytes], ahead: bytes, where: str) -> tuple[bytes, bytes]:
    """One compressed record, and what was read beyond it."""
    inflater = zlib.decompressobj(wbits=31)
    stored = bytearray()
    while not inflater.eof:
        chunk = ahead or file.read(_CHUNK)
        ahead = b""
        if not chunk:
            raise CutRecord(f"{where}: the last record is cut")
        stored += chunk
        try:
            inflater.decompress(chunk)
        except zlib.error as error:
            raise DamagedRecord(f"{where}: {error}") from None
    return bytes(stored[: len(stored) - len(inflater.unused_data)]), inflater.unused_data


class _AsReceived(StatusAndHeaders):  # type: ignore[misc]  # warcio is untyped
    """Header lines whose bytes are kept; warcio would escape what is not ASCII."""

    def __init__(self, head: bytes) -> None:
        super().__init__("", [])
        self._head = head

    def __bool__(self) -> bool:
        return True

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        del header_filter
        self.headers_buff = self._head


def _packed(record: Record, file_name: str) -> bytes:
    """A record as it is stored."""
    stored = BytesIO()
    writer = WARCWriter(stored, gzip=True, warc_version="1.1")
    marks = {"WARC-Date": _warc_date(record.at)}
    if record.kind in {"response", "revisit"}:
        made = _http_record(writer, record, marks)
    else:
        made = _note_record(writer, record, marks, file_name)
    writer.write_record(made)
    return stored.getvalue()


def _http_record(writer: RecordBuilder, record: Record, marks: dict[str, str]) -> Any:
    head = _AsReceived(_head(record))
    if record.refers_to is None:
        return writer.create_warc_record(
            record.url,
            "response",
            payload=BytesIO(record.body),
            length=len(record.body),
            http_headers=head,
            warc_headers_dict=marks | {"WARC-Payload-Digest": record.payload_digest},
        )
    url, at = record.refers_to
    return writer.create_revisit_record(
        record.url, record.payload_digest, url, _warc_date(at), http_headers=head, warc_headers_dict=marks
    )


def _note_record(writer: RecordBuilder, record: Record, marks: dict[str, str], file_name: str) -> Any:
    if record.kind == "warcinfo":
        marks["WARC-Filename"] = file_name
    lines = [
        *(["format: WARC File Format 1.1"] if record.kind == "warcinfo" else []),
        f"{_NOTE}: {json.dumps(record.note)}",
    ]
    block = "".join(f"{line}\r\n" for line in lines).encode()
    return writer.create_warc_record(
        record.url,
        record.kind,
        payload=BytesIO(block),
        length=len(block),
        warc_content_type="application/warc-fields",
        warc_headers_dict=marks,
    )


def _head(record: Record) -> bytes:
    try:
        phrase = HTTPStatus(record.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {record.status} {phrase}".encode()]
    lines += [
        name + b": " + value
        for name, value in record.headers
        if name.lower() != b"transfer-encoding"  # undone by the downloader, and a reader would undo it again
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _warc_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
