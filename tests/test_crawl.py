"""The job as a scheduler runs it: the real command, a real server, a real archive."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve
from tests.crawling import crawl, places, rows

EXPECTED = json.loads((ROOT / "tests/fixtures/site.expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def site():
    with serve(SITE) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def crawled(site, tmp_path_factory):
    """The demo site, crawled once."""
    archive = tmp_path_factory.mktemp("crawled") / "archive.db"
    finished = crawl(archive, "-a", f"base_url={site}")
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stderr
    return archive


@pytest.mark.parametrize("story", EXPECTED["articles"], ids=lambda story: story["story"])
def test_a_story_is_stored_as_the_page_tells_it(story, crawled, site):
    (article,) = rows(
        crawled,
        "select a.*, s.name as source from copies c join articles a on a.id = c.article_id"
        " left join sources s on s.id = a.source_id where c.url = ?",
        site + story["url"].removeprefix("/"),
    )
    # Of two equal copies either may be the canonical one; it stands in its own section.
    sections = {story["url"]: story["section"]} | {copy["url"]: copy["section"] for copy in story["copies"]}
    assert article["section"] == sections["/" + article["url"].removeprefix(site)]
    told = ("kicker", "title", "subtitle", "published_at", "published_precision", "source")
    assert {name: article[name] for name in told} == {name: story[name] for name in told}
    assert people(crawled, article["id"]) == story["contributors"]
    lines = article["body"].splitlines()
    assert (len(lines), lines[:1], lines[-1:]) == (
        story["lines"],
        [story["first_line"]] if story["first_line"] else [],
        [story["last_line"]] if story["last_line"] else [],
    )


def people(archive: Path, article_id: int) -> list[dict]:
    query = "select name, role, affiliation from contributors where article_id = ? order by position"
    return [dict(row) for row in rows(archive, query, article_id)]


def test_a_story_at_two_addresses_is_stored_once(crawled, site):
    same = [
        (story["url"], copy["url"])
        for story in EXPECTED["articles"]
        for copy in story["copies"]
        if copy["kind"] == "same"
    ]
    assert same
    for one, other in same:
        query = "select distinct article_id from copies where url in (?, ?)"
        assert len(rows(crawled, query, *(site + url.removeprefix("/") for url in (one, other)))) == 1


def test_an_edited_repost_is_a_near_copy_and_a_form_letter_a_story_of_its_own(crawled, site):
    near = {
        (site + copy["url"].removeprefix("/"), site + story["url"].removeprefix("/"))
        for story in EXPECTED["articles"]
        for copy in story["copies"]
        if copy["kind"] == "near"
    }
    assert near
    query = "select c.url, a.url, c.similarity from copies c join articles a on a.id = c.article_id"
    found = {
        (url, canonical): likeness
        for url, canonical, likeness in rows(crawled, f"{query} where c.kind = 'near'")
    }
    assert found.keys() == near
    assert all(0.5 < likeness < 1 for likeness in found.values())
    letters = rows(
        crawled, "select distinct article_id from revisions where title like '%变更营业场所的公告'"
    )
    assert len(letters) == 2


def test_no_widget_gets_into_a_text(crawled):
    for words in (
        "我要评论",
        "发表评论",
        "匿名发表",
        "相关阅读",
        "无相关信息",
        "来顶一下",
        "下一页",
        "栏目热门",
    ):
        assert not rows(crawled, "select url from articles where instr(body, ?)", words), words


def test_every_address_ends_in_one_state_with_a_reason(crawled):
    assert not rows(crawled, "select url from ledger where state = 'queued' or reason is null")
    dead = next(link["url"] for link in EXPECTED["links"] if link["kind"] == "dead")
    (ended,) = rows(crawled, "select state, reason from ledger where url like '%' || ?", dead)
    assert tuple(ended) == ("gone", "http-404")


def test_the_run_is_reported_and_kept(crawled):
    (run,) = rows(crawled, "select * from runs")
    assert (run["outcome"], run["exit_code"], run["complete"]) == ("healthy", 0, 1)
    ended, *lists = run["stop_reason"].split("; ")
    assert ended == "finished"
    assert lists
    assert all(line.endswith(": last page") for line in lists)
    assert json.loads(run["stats"])["tally"]["articles:new"] == len(rows(crawled, "select id from articles"))


def test_a_second_run_stores_nothing_new(crawled, site):
    before = dump(crawled)
    finished = crawl(crawled, "-a", f"base_url={site}")
    assert finished.returncode == 0, finished.stderr
    assert dump(crawled) == before


def dump(archive: Path) -> list[tuple]:
    return [
        tuple(row)
        for table in ("articles", "contributors", "attachments", "copies", "revisions")
        for row in rows(archive, f"select * from {table} order by 1, 2")
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "base_url"),
        (("-a", "base_url=http://127.0.0.1:1/", "-a", "mode=sideways"), "mode"),
        (("-a", "base_url=http://127.0.0.1:1/", "-a", "since=yesterday"), "since"),
        (("-a", "base_url=http://127.0.0.1:1/", "-a", "limit=-3"), "limit"),
    ],
)
def test_wrong_use_is_one_line_and_code_2(tmp_path, arguments, said):
    archive = tmp_path / "archive.db"
    finished = crawl(archive, *arguments, NONGSHANG_BASE_URL="")
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert said in line
    assert not archive.exists()


def test_a_site_that_does_not_answer_is_a_fault(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        finished = crawl(tmp_path / "archive.db", "-a", f"base_url={address}", "-s", "RETRY_TIMES=0")
    assert finished.returncode == 1
    assert "connection-refused" in finished.stdout
    assert "Traceback" not in finished.stderr


def test_an_archive_that_cannot_be_written_is_a_fault(site, tmp_path):
    (tmp_path / "file").write_text("")
    finished = crawl(tmp_path / "file" / "archive.db", "-a", f"base_url={site}")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert "archive.db" in line


def test_a_file_that_is_no_archive_is_left_as_it_is(site, tmp_path):
    archive = tmp_path / "notes.db"
    archive.write_text("not a database, but dear to somebody")
    finished = crawl(archive, "-a", f"base_url={site}")
    assert finished.returncode == 1
    assert len(finished.stderr.splitlines()) == 1
    assert archive.read_text() == "not a database, but dear to somebody"


def test_a_limit_stops_the_run(site, tmp_path):
    archive = tmp_path / "archive.db"
    finished = crawl(archive, "-a", f"base_url={site}", "-a", "limit=3")
    assert finished.returncode == 0, finished.stderr
    assert len(rows(archive, "select id from articles")) == 3


def test_dates_limit_what_is_stored(site, tmp_path):
    archive = tmp_path / "archive.db"
    finished = crawl(archive, "-a", f"base_url={site}", "-a", "since=2024-04-01", "-a", "until=2024-05-31")
    assert finished.returncode == 0, finished.stderr
    days = {row["day"] for row in rows(archive, "select substr(published_at, 1, 10) as day from articles")}
    assert days
    assert all(day is None or "2024-04-01" <= day <= "2024-05-31" for day in days)


def test_sections_limit_where_the_job_looks(site, tmp_path):
    archive = tmp_path / "archive.db"
    finished = crawl(archive, "-a", f"base_url={site}", "-a", "sections=通知公告")
    assert finished.returncode == 0, finished.stderr
    assert {row["section"] for row in rows(archive, "select section from articles")} == {"通知公告"}


def test_ctrl_c_ends_with_130_and_a_report(site, tmp_path):
    archive = tmp_path / "archive.db"
    command = [sys.executable, "-m", "scrapy", "crawl", "nongshang", "-a", f"base_url={site}"]
    environment = {**os.environ, **places(archive)}
    with subprocess.Popen(
        [*command, "-s", "DOWNLOAD_DELAY=0.3", "-s", "AUTOTHROTTLE_ENABLED=0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        wait_for_rows(archive)
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in said
    (run,) = rows(archive, "select outcome, exit_code from runs")
    assert tuple(run) == ("interrupted", 130)


def wait_for_rows(archive: Path) -> None:
    """Until the crawl has found its first addresses."""
    for _ in range(600):
        try:
            if rows(archive, "select url from ledger limit 1"):
                return
        except sqlite3.OperationalError:
            pass
        signal.sigtimedwait([], 0.05)
    raise AssertionError("the crawl never began")
