"""Pages others have fetched become rows by the way a crawl goes."""

import gzip
import os
from datetime import UTC, datetime
from io import BytesIO

import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from nongshang.__main__ import app
from nongshang.demo import SITE
from tests.crawling import replay, rows
from tests.tinysite import listing, story

HOME = "http://news.example/"
SAID = "url, section, kicker, title, subtitle, published_at, published_precision, source_raw, body, partial"


def nongshang(command: str, archive, *words: str, ends: int = 0) -> str:
    places = ["--archive", f"sqlite:///{archive}", "--captures", str(archive.parent / "captures")]
    finished = CliRunner(env={"NONGSHANG_BASE_URL": None}).invoke(app, [command, *words, *places])
    assert finished.exit_code == ends, finished.output
    return finished.output


def ingest(archive, *targets, base_url: str = HOME, ends: int = 0) -> str:
    return nongshang("ingest", archive, *map(str, targets), "--base-url", base_url, ends=ends)


def said(archive, base_url: str) -> list[tuple]:
    found = rows(archive, f"select {SAID} from articles order by url")
    return [(row["url"].removeprefix(base_url), *tuple(row)[1:]) for row in found]


def warc(path, *answers, compressed: bool = False):
    """A WARC file as another tool writes it: address, day of February, header lines, body."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compressed)
        for url, day, lines, body in answers:
            head = StatusAndHeaders("200 OK", list(lines.items()), protocol="HTTP/1.1")
            marks = {"WARC-Date": f"2026-02-{day:02}T01:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", BytesIO(body), len(body), http_headers=head, warc_headers_dict=marks
                )
            )
    return path


HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(title: str, day: int = 1, extra: str = "") -> bytes:
    return story(title, f"2026-02-{day:02} 09:00:00", extra=extra).encode()


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "new" / "archive.db"


def test_the_captures_of_a_crawl_give_its_articles_again(crawled, archive):
    (run,) = rows(crawled, "select distinct base_url from runs")
    ingest(archive, crawled.parent / "captures", base_url=run["base_url"])
    assert said(archive, run["base_url"]) == said(crawled, run["base_url"])
    times = "select url, first_seen_at from articles order by url"
    assert [tuple(row) for row in rows(archive, times)] == [tuple(row) for row in rows(crawled, times)]
    assert "holds" in nongshang("verify", archive)
    assert nongshang("reextract", archive, "--workers", "1").startswith("0 of ")


def test_a_folder_of_saved_pages_gives_the_same_articles(crawled, archive):
    (run,) = rows(crawled, "select distinct base_url from runs")
    ingest(archive, SITE)
    assert said(archive, HOME) == said(crawled, run["base_url"])
    assert {row["mode"] for row in rows(archive, "select mode from runs")} == {"ingest"}


def test_taken_in_twice_nothing_is_new(archive, tmp_path):
    file = warc(tmp_path / "a.warc", (f"{HOME}news/1.html", 1, HTML, page("渡船上的信用社开张了")))
    ingest(archive, file)
    before = [tuple(row) for row in rows(archive, "select * from revisions")]
    assert "not younger than what is held" in ingest(archive, file)
    assert [tuple(row) for row in rows(archive, "select * from revisions")] == before


@pytest.mark.parametrize("compressed", [False, True])
def test_codings_of_other_tools_are_undone(archive, tmp_path, compressed):
    first, second = page("渡船上的信用社开张了"), page("码头边的第一笔贷款")
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(first), first)
    file = warc(
        tmp_path / "a.warc.gz",
        (f"{HOME}news/1.html", 1, HTML | {"Transfer-Encoding": "chunked"}, chunks),
        (f"{HOME}news/2.html", 2, HTML | {"Content-Encoding": "gzip"}, gzip.compress(second)),
        (f"{HOME}logo.gif", 2, {"Content-Type": "image/gif"}, b"GIF89a"),
        ("http://elsewhere.example/news/3.html", 2, HTML, page("别处的一篇")),
        compressed=compressed,
    )
    told = ingest(archive, file)
    assert [row["title"] for row in rows(archive, "select title from articles order by url")] == [
        "渡船上的信用社开张了",
        "码头边的第一笔贷款",
    ]
    assert "left out: another site's" in told
    assert "left out: an image, a script, a file" in told


def test_an_edit_among_the_pages_is_a_revision_and_an_older_page_changes_nothing(archive, tmp_path):
    url = f"{HOME}news/1.html"
    versions = [(url, day, HTML, page("渡船上的信用社开张了", extra=f"<p>第{day}版</p>")) for day in (3, 5)]
    ingest(archive, warc(tmp_path / "a.warc", *versions))
    assert len(rows(archive, "select id from revisions")) == 2
    older = warc(tmp_path / "b.warc", (url, 1, HTML, page("渡船上的信用社开张了")))
    assert "not younger than what is held" in ingest(archive, older)
    assert rows(archive, "select body from articles")[0]["body"].endswith("第5版")


def test_a_list_tells_the_year_a_page_leaves_out(archive, tmp_path):
    listed = listing(*((f"/news/{n}.html", f"渡口的第{n}条新闻是这样", "2026-02-01") for n in range(1, 7)))
    file = warc(
        tmp_path / "a.warc",
        (f"{HOME}news/1.html", 1, HTML, story("渡口的第1条新闻是这样", "02-01").encode()),
        (f"{HOME}news/", 2, HTML, listed.encode()),
    )
    ingest(archive, file)
    (article,) = rows(archive, "select published_at from articles")
    assert article["published_at"] == "2026-02-01T00:00:00+08:00"
    # What is only listed is not asked for, and not entered.
    assert len(rows(archive, "select url from ledger")) == 2


@pytest.mark.parametrize("cut", [True, False])
def test_damage_is_told_and_the_rest_is_taken_in(archive, tmp_path, cut):
    titles = ("渡船上的信用社开张了", "码头边的第一笔贷款", "沿江三十里走访见闻")
    file = warc(
        tmp_path / "a.warc",
        *((f"{HOME}news/{number}.html", number, HTML, page(title)) for number, title in enumerate(titles, 1)),
    )
    stored = file.read_bytes()
    place = stored.rindex("江一帆".encode())
    file.write_bytes(stored[:place] if cut else stored[:place] + b"\xe5" + stored[place + 1 :])
    assert "damaged" in ingest(archive, file, ends=3)
    assert [row["title"] for row in rows(archive, "select title from articles order by url")] == list(
        titles[:2]
    )


def test_pages_of_others_are_not_replayed(archive, tmp_path):
    ingest(archive, warc(tmp_path / "a.warc", (f"{HOME}news/1.html", 1, HTML, page("渡船上的信用社开张了"))))
    replayed = replay(tmp_path / "again.db", archive.parent / "captures", "-a", "run=all")
    assert replayed.returncode == 2
    assert "run 1 can't be replayed: its pages were fetched by others" in replayed.stderr


def test_wrong_use_is_one_line(archive, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "no file or folder" in ingest(archive, tmp_path / "nothing", ends=2)
    assert "no page in" in ingest(archive, tmp_path / "empty", ends=2)
    assert "is not the address of a site" in ingest(archive, SITE, base_url="nonsense", ends=2)
    assert "--base-url" in nongshang("ingest", archive, str(SITE), ends=2)
    assert not archive.exists()


def test_a_saved_page_is_as_old_as_its_file(archive, tmp_path):
    file = tmp_path / "saved" / "news" / "8.html"
    file.parent.mkdir(parents=True)
    file.write_bytes(page("没有写日子的一页").replace(b"2026-02-01 09:00:00", "3小时前".encode()))
    at = datetime(2026, 2, 8, 4, tzinfo=UTC).timestamp()
    os.utime(file, (at, at))
    ingest(archive, tmp_path / "saved")
    (article,) = rows(archive, "select published_raw, first_seen_at from articles")
    assert article["first_seen_at"] == "2026-02-08T12:00:00+08:00"
