"""WARC files: what goes in comes out, and nothing damaged does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.captures import open_folder
from storage.errors import ArchiveError
from storage.warc import (
    DamagedRecord,
    Record,
    WarcFile,
    payload_digest,
    scan,
    stored_bytes,
    unpack,
    whole_file,
)

AT = datetime(2026, 3, 2, 1, 30, 15, 123456, tzinfo=UTC)
TOKEN = st.from_regex(rb"[A-Za-z][A-Za-z-]{0,20}", fullmatch=True).filter(
    lambda name: name.lower() != b"transfer-encoding"
)
VALUE = st.binary(max_size=60).filter(lambda value: not set(value) & {0, 10, 13}).map(bytes.strip)


def response(body: bytes, headers=(), url="http://news.example/1.html") -> Record:
    return Record("response", AT, url, 200, list(headers), body, payload_digest(body))


@given(body=st.binary(max_size=3000), headers=st.lists(st.tuples(TOKEN, VALUE), max_size=5))
def test_a_response_comes_back_byte_for_byte(tmp_path_factory, body, headers):
    folder = tmp_path_factory.mktemp("warc")
    file = WarcFile(folder / "a.warc.gz")
    place = file.append(response(body, headers))
    file.close()
    assert unpack(stored_bytes(folder, place)) == response(body, headers)


def test_a_file_that_was_finished_is_the_one_on_the_disk(tmp_path):
    file = WarcFile(tmp_path / "a.warc.gz")
    places = [file.append(response(body)) for body in (b"one", b"two", b"")]
    assert file.close() == whole_file(tmp_path / "a.warc.gz")
    assert [place for place, _ in scan(tmp_path / "a.warc.gz")] == places


def test_a_cut_record_is_noticed_where_it_begins(tmp_path):
    file = WarcFile(tmp_path / "a.warc.gz")
    first, second = (file.append(response(body)) for body in (b"one", b"two"))
    file.close()
    for length in range(first.end + 1, second.end, 7):
        (tmp_path / "cut.warc.gz").write_bytes((tmp_path / "a.warc.gz").read_bytes()[:length])
        reading = scan(tmp_path / "cut.warc.gz")
        assert next(reading)[1].body == b"one"
        with pytest.raises(DamagedRecord):
            next(reading)


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    names = [WarcFile.create(tmp_path, "2026-03-02-run00001").close().file for _ in range(2)]
    assert names == ["2026-03-02-run00001.warc.gz", "2026-03-02-run00001-2.warc.gz"]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="captures can't be kept"):
        open_folder(tmp_path / "file" / "captures")
