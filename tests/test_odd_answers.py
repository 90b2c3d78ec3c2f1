"""What a server may answer with: kept as it came, replayed the same, and found sound."""

import gzip
import socketserver
import threading
import zlib
from contextlib import contextmanager

import pytest
from fastwarc.warc import ArchiveIterator
from typer.testing import CliRunner
from warcio.checker import Checker

from nongshang.__main__ import app
from storage.warc import scan
from tests.crawling import crawl, replay, rows
from tests.test_replay import dump, wrong_with
from tests.tinysite import listing, story

TYPE = b"Content-Type: text/html; charset=utf-8"
GBK = "Set-Cookie: 渡口".encode("gbk")


def page(number: int) -> bytes:
    return story(f"渡口的第{number}条新闻说的是另一件事", f"2026-02-{number:02} 09:00:00").encode()


def answer(status: bytes, body: bytes, *headers: bytes, length: bool = True) -> bytes:
    lines = [b"HTTP/1.1 " + status, *headers, b"Connection: close"]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 99] for start in range(0, len(body), 99)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


STORED = {
    "gzip": (
        answer(b"200 OK", gzip.compress(page(1)), TYPE, b"Content-Encoding: gzip"),
        gzip.compress(page(1)),
    ),
    "deflate": (
        answer(b"200 OK", zlib.compress(page(2)), TYPE, b"Content-Encoding: deflate"),
        zlib.compress(page(2)),
    ),
    "no-coding": (answer(b"200 OK", page(3), TYPE, b"Content-Encoding: "), page(3)),
    "rot13": (answer(b"200 OK", page(4), TYPE, b"Content-Encoding: x-rot13"), page(4)),
    "many": (answer(b"200 OK", page(5), TYPE, *(b"X-%d: %s" % (n, b"v" * 900) for n in range(14))), page(5)),
    "bytes": (answer(b"200 OK", page(6), TYPE, GBK, b"X-Empty: ", b"X-Colon: a: b: c"), page(6)),
    "twice": (answer(b"200 OK", page(7), TYPE, b"X-A: 1", b"X-A: 2", b"x-a: 3"), page(7)),
    "folded": (answer(b"200 OK", page(8), TYPE, b"X-Fold: a\r\n b", b"no colon here"), page(8)),
    "blank-lines": (answer(b"200 OK", b"\r\n\r\n" + page(9), TYPE), b"\r\n\r\n" + page(9)),
    "chunked": (
        answer(b"200 OK", chunked(page(10)), TYPE, b"Transfer-Encoding: chunked", length=False),
        page(10),
    ),
}
"""By name: the answer, and the body that is to be kept; each is an article."""

OTHERS = {
    "empty": (answer(b"200 OK", b"", TYPE), "refused"),
    "not-modified": (answer(b"304 Not Modified", b"", TYPE), "queued"),
    "no-content": (answer(b"204 No Content", b"", length=False), "queued"),
    "unheard-of": (answer(b"999 Odd", page(11), TYPE), "queued"),
    "loop": (answer(b"301 Moved", b"", b"Location: /news/loop.html"), "queued"),
    "nowhere": (answer(b"302 Found", b"", TYPE), "queued"),
    "no-gzip": (answer(b"200 OK", page(12), TYPE, b"Content-Encoding: gzip"), "queued"),
    "elsewhere": (answer(b"302 Found", b"", b"Location: http://169.254.169.254/"), "offsite"),
}
"""By name: the answer, and the state its address is left in."""


class _Answers(socketserver.BaseRequestHandler):
    def handle(self):
        path = self.request.recv(65536).split(b" ")[1].decode("latin-1")
        name = path.removeprefix("/news/").removesuffix(".html")
        known = {**STORED, **OTHERS}
        entries = [(f"/news/{name}.html", f"渡口的一条新闻：{name}", "2026-02-01") for name in known]
        if path == "/robots.txt":
            said = answer(
                b"200 OK", b"User-agent: *\nDisallow: /x\n\xff\xfe\x00", b"Content-Type: text/plain"
            )
        elif path in {"/", "/news/"}:
            said = answer(b"200 OK", listing(*entries).encode(), TYPE)
        else:
            said = known[name][0] if name in known else answer(b"404 Not Found", b"")
        self.request.sendall(said)


@contextmanager
def serving():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    archive = tmp_path_factory.mktemp("odd") / "archive.db"
    with serving() as base_url:
        finished = crawl(archive, "-a", f"base_url={base_url}", "-s", "RETRY_ENABLED=0")
    assert "Traceback" not in finished.stderr
    return archive


def test_each_address_ends_in_one_state(odd):
    ends = {row["url"].rsplit("/", 1)[-1]: row["state"] for row in rows(odd, "select url, state from ledger")}
    assert {name: ends[f"{name}.html"] for name in STORED} == dict.fromkeys(STORED, "stored")
    assert {name: ends[f"{name}.html"] for name in OTHERS} == {name: end for name, (_, end) in OTHERS.items()}


def test_each_body_is_kept_as_it_came(odd):
    kept = {
        record.url.rsplit("/", 1)[-1]: record
        for path in (odd.parent / "captures").iterdir()
        for _, record in scan(path)
        if record.kind == "response"
    }
    assert {name: kept[f"{name}.html"].body for name in STORED} == {
        name: body for name, (_, body) in STORED.items()
    }
    assert (b"Set-Cookie", "渡口".encode("gbk")) in kept["bytes.html"].headers


def test_a_replay_meets_the_same(odd, tmp_path):
    again = tmp_path / "again.db"
    replay(again, odd.parent / "captures", "-a", "run=all")
    assert dump(again) == dump(odd)


def test_it_is_found_sound_and_read_by_other_tools(odd):
    assert not wrong_with(odd)
    for path in (odd.parent / "captures").iterdir():
        with path.open("rb") as file:
            assert all(record.verify_block_digest() for record in ArchiveIterator(file, parse_http=False))
        checker = Checker(type("Asked", (), {"inputs": [str(path)], "verbose": False}))
        checker.process_all()
        assert checker.exit_value == 0


def test_it_is_read_again_as_it_was_read_first(odd, tmp_path):
    places = ["--archive", f"sqlite:///{odd}", "--captures", str(odd.parent / "captures")]
    again = CliRunner().invoke(app, ["reextract", "--dry-run", "--workers", "1", *places])
    assert again.output.startswith("0 of "), again.output
    (zipped,) = rows(odd, "select capture_id, title from articles where url like '%/gzip.html'")
    kept = ["record", str(zipped["capture_id"]), "--name", "zipped", *places, "--folder", str(tmp_path)]
    assert CliRunner().invoke(app, ["fixture", *kept]).exit_code == 0
    said = CliRunner().invoke(app, ["fixture", "accept", "zipped", "--yes", "--folder", str(tmp_path)])
    assert f"article.title: — → {zipped['title']}" in said.output
