"""What an operator types, on an archive of the demo site."""

import gzip
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from nongshang.__main__ import app
from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve
from storage.archive import Archive
from tests.crawling import FAST, crawl, replay, rows
from tests.demosite import Catalogue, Copy, Site
from tests.host import Host, hosting
from tests.test_crawl import dump, wait_for_rows

DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def site():
    with serve(SITE) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def crawled(site, tmp_path_factory):
    """The demo site, crawled once; nobody writes to it."""
    archive = tmp_path_factory.mktemp("crawled") / "archive.db"
    finished = crawl(archive, "-a", f"base_url={site}")
    assert finished.returncode == 0, finished.stderr
    return archive


@pytest.fixture
def archive(crawled, tmp_path):
    """A copy of that archive to write to."""
    copy = tmp_path / "archive.db"
    with sqlite3.connect(crawled) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return copy


def nongshang(*words, archive=None):
    environment = {"ARCHIVE_URL": f"sqlite:///{archive}"} if archive else {}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment)


# Reports.


def test_the_last_runs_are_listed(crawled):
    done = nongshang("runs", "--json", archive=crawled)
    (line,) = map(json.loads, done.stdout.splitlines())
    assert (line["run"], line["outcome"], line["new"], line["findings"]) == (1, "healthy", 43, 0)
    assert "healthy" in nongshang("runs", archive=crawled).stdout


def test_a_report_tells_costs_and_coverage(crawled):
    said = nongshang("report", archive=crawled).stdout
    for words in ("Run 1: healthy", "articles: new", "bytes", "waited for the site", "contributors"):
        assert words in said
    told = json.loads(nongshang("report", "1", "--json", archive=crawled).stdout)
    assert told["tally"]["articles:new"] == 43
    assert told["bytes"] > 100_000
    assert told["coverage"]["source"][0] == [43, 45]


def test_a_report_can_be_kept_as_a_web_page(crawled, tmp_path):
    page = tmp_path / "report.html"
    assert nongshang("report", "--html", page, archive=crawled).exit_code == 0
    html = page.read_text("utf-8")
    assert "Run 1: healthy" in re.sub(r"<[^>]*>", "", html)
    assert "<html>" in html


def test_a_run_that_is_not_there_is_wrong_use(crawled):
    done = nongshang("report", "99", archive=crawled)
    assert (done.exit_code, done.stderr) == (
        2,
        "nongshang: there is no run 99; `nongshang runs` lists them\n",
    )


def test_a_wrong_word_is_one_line(tmp_path):
    words = (
        ["report", "x"],
        ["runs", "--limit", "0"],
        ["remove", "1"],
        ["rapport"],
        ["report", "--nope"],
        ["show", "9" * 30],
    )
    for wrong in words:
        command = [sys.executable, "-m", "nongshang", *wrong]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, len(done.stderr.splitlines()), done.stdout) == (2, 1, ""), done.stderr
        assert "--help`" in done.stderr


@pytest.fixture
def heard_interrupts():
    """Whoever runs the tests in the background lets them ignore SIGINT, and a child would inherit that."""
    held = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, held)


@pytest.mark.usefixtures("heard_interrupts")
def test_a_command_that_is_interrupted_says_so_by_its_code(tmp_path):
    arrived, answered = threading.Event(), threading.Event()

    class Waiting(Host):
        def answer(self, path, if_none_match):
            arrived.set()
            answered.wait(60)
            return super().answer(path, if_none_match)

    with hosting({}, Waiting) as host:
        command = [sys.executable, "-m", "nongshang", "read", host.url]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
            assert arrived.wait(60)
            running.send_signal(signal.SIGINT)
            assert running.communicate(timeout=60)[1] == ""
        answered.set()
    assert running.returncode == 130


def test_refused_pages_are_listed_by_reason(archive):
    with sqlite3.connect(archive) as connection:
        connection.execute(
            "insert into rejections (url, stage, reason, detail, seen_at, run_id)"
            " values ('http://news.example/x', 'read', 'no-body', '空页', '2026-03-02T09:30:00+08:00', 1)"
        )
    (line,) = map(json.loads, nongshang("rejections", "--json", archive=archive).stdout.splitlines())
    assert (line["reason"], line["url"]) == ("no-body", "http://news.example/x")
    assert "空页" in nongshang("rejections", "--reason", "no-body", archive=archive).stdout
    assert nongshang("rejections", "--reason", "soft-404", archive=archive).stdout == "no page is refused\n"
    assert nongshang("rejections", "--run", "99", archive=archive).exit_code == 2


@pytest.mark.parametrize("address", ["nonsense", "mysql://localhost/news"])
def test_what_is_no_address_of_an_archive_is_wrong_use(address, site, tmp_path):
    for words in (["runs"], ["verify"], ["backup", tmp_path / "copy.db"], ["copy-archive", "sqlite:///x.db"]):
        done = nongshang(*words, "--archive", address)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.output
    finished = crawl(tmp_path / "a.db", "-a", f"base_url={site}", ARCHIVE_URL=address)
    assert (finished.returncode, len(finished.stderr.splitlines())) == (2, 1)


# Backup and restore.


def contents(file):
    return (dump(file), [tuple(row) for row in rows(file, "select * from ledger order by id")])


def test_a_backup_made_while_a_crawl_runs_is_restored_whole(site, tmp_path):
    live, copy = tmp_path / "live.db", tmp_path / "backups" / "monday.db"
    command = [sys.executable, "-m", "scrapy", "crawl", "nongshang", "-a", f"base_url={site}"]
    with subprocess.Popen(
        [*command, *FAST[2:], "-s", "DOWNLOAD_DELAY=0.05"],
        cwd=ROOT,
        env={**os.environ, "ARCHIVE_URL": f"sqlite:///{live}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        wait_for_rows(live)
        made = nongshang("backup", copy, archive=live)
        assert made.exit_code == 0, made.output
        assert running.poll() is None, "the crawl ended before the backup did"
        assert running.wait(60) == 0
    restored = tmp_path / "empty" / "archive.db"
    done = nongshang("restore", copy, archive=restored)
    assert (done.exit_code, "sound" in done.stdout) == (0, True)
    assert contents(restored) == contents(copy)
    assert rows(restored, "pragma integrity_check")[0][0] == "ok"
    finished = crawl(restored, "-a", f"base_url={site}")
    assert finished.returncode == 0, finished.stderr
    titles = "select title from articles order by title"
    assert [*map(tuple, rows(restored, titles))] == [*map(tuple, rows(live, titles))]


def cut(file):
    file.write_bytes(file.read_bytes()[:-4096])


def flipped(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x10
    file.write_bytes(content)


def without_its_note(file):
    file.with_name(f"{file.name}.json").unlink()


@pytest.mark.parametrize("spoil", [cut, flipped, without_its_note])
def test_a_spoilt_backup_is_refused(spoil, crawled, tmp_path):
    copy, target = tmp_path / "copy.db", tmp_path / "restored.db"
    assert nongshang("backup", copy, archive=crawled).exit_code == 0
    assert nongshang("restore", "--verify", copy).exit_code == 0
    spoil(copy)
    for words in (("--verify", copy), (copy,)):
        done = nongshang("restore", *words, archive=target)
        assert done.exit_code == 1
        assert len(done.stderr.splitlines()) == 1
        assert str(copy) in done.stderr
    assert not target.exists()


def test_a_live_archive_is_replaced_only_when_told(archive, tmp_path):
    copy = tmp_path / "copy.db"
    assert nongshang("backup", copy, archive=archive).exit_code == 0
    with sqlite3.connect(archive) as connection:
        connection.execute("update articles set title = 'later'")
    done = nongshang("restore", copy, archive=archive)
    assert (done.exit_code, "--replace" in done.stderr) == (1, True)
    assert rows(archive, "select distinct title from articles")[0][0] == "later"
    with sqlite3.connect(archive, isolation_level=None) as writer:
        writer.execute("begin immediate")
        busy = nongshang("restore", "--replace", copy, archive=archive)
        assert (busy.exit_code, "another program" in busy.stderr) == (1, True)
        writer.execute("rollback")
    writer.close()
    assert nongshang("restore", "--replace", copy, archive=archive).exit_code == 0
    assert contents(archive) == contents(copy)


def test_a_backup_never_takes_the_place_of_another(crawled, tmp_path):
    (tmp_path / "copy.db").write_text("dear to somebody")
    assert nongshang("backup", tmp_path / "copy.db", archive=crawled).exit_code == 1
    assert (tmp_path / "copy.db").read_text() == "dear to somebody"


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 and nothing behind it"])
def test_what_is_no_archive_leaves_no_backup(content, tmp_path):
    (tmp_path / "archive.db").write_bytes(content)
    done = nongshang("backup", tmp_path / "copies" / "copy.db", archive=tmp_path / "archive.db")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)
    assert str(tmp_path / "archive.db") in done.stderr
    assert [*tmp_path.glob("copies/*")] == []


# Doctor.


def test_the_doctor_shows_how_the_site_is_read_and_stores_nothing(site, tmp_path):
    archive = tmp_path / "none" / "archive.db"
    done = nongshang("doctor", site, "--captures", tmp_path / "captures", archive=archive)
    assert done.exit_code == 0, done.stdout
    assert "fail" not in done.stdout
    assert done.stdout.count("ok    article") == 3
    assert re.search(r"published_at +label:时间 \S+ +2024-", done.stdout)
    assert re.search(r"title +fingerprint:stock +\S", done.stdout)
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_asks_for_no_page_robots_forbids(tmp_path):
    files = {"/robots.txt": b"User-agent: *\nDisallow: /\n", "/index.html": b"<a href='/news/'>news</a>"}
    with hosting(files) as host:
        done = nongshang("doctor", host.url, archive=tmp_path / "a.db")
        assert host.asked() == ["/", "/robots.txt"]
    assert (done.exit_code, "fail  robots" in done.stdout) == (1, True)


def test_the_doctor_finds_the_lists_behind_channel_pages(tmp_path):
    files = {f"/{path.relative_to(SITE).as_posix()}": path.read_bytes() for path in SITE.rglob("*.html")}
    menu = "<ul><li><a href='/news/'>新闻观察</a></li></ul>".encode("gbk")
    files["/index.html"] = b"<html><meta charset='gbk'><body>" + menu + b"</body></html>"
    with hosting(files) as host:
        done = nongshang("doctor", host.url, archive=tmp_path / "a.db")
    assert done.exit_code == 0, done.stdout
    assert re.search(r"ok    list +\S+/\w+/\w+/: \d entries", done.stdout)


def test_the_doctor_says_what_is_wrong(tmp_path):
    (tmp_path / "file").write_text("")
    captures = tmp_path / "file" / "captures"
    done = nongshang("doctor", "http://127.0.0.1:1/", "--captures", captures, archive=tmp_path / "a.db")
    assert done.exit_code == 1
    assert re.search(r"fail  captures .*can't be written", done.stdout)
    assert re.search(r"fail  site .*does not answer: ", done.stdout)


def test_the_doctor_sees_a_run_at_work_and_repeats_no_secret(archive, monkeypatch):
    monkeypatch.setenv("NONGSHANG_MESSAGES", "json://name:hunter2@127.0.0.1:1/tok3n")
    with Archive.open(f"sqlite:///{archive}") as opened, opened.one_run():
        done = nongshang("doctor", archive=archive)
    assert done.exit_code == 0
    assert re.search(r"warn  archive .*another run holds it.*75", done.stdout)
    assert re.search(r"extras .*NONGSHANG_MESSAGES is set", done.stdout)
    assert "hunter2" not in done.stdout
    assert "tok3n" not in done.stdout


def test_the_doctor_knows_a_file_that_is_no_archive(tmp_path):
    (tmp_path / "notes.db").write_text("dear to somebody, and longer than a header of SQLite would be")
    done = nongshang("doctor", archive=tmp_path / "notes.db")
    assert (done.exit_code, "not a nongshang archive" in done.stdout) == (1, True)


@pytest.mark.parametrize("address", ["ftp://news.example/", "news", "http://somebody:geheim@127.0.0.1/"])
def test_an_address_that_is_none_is_wrong_use(address, tmp_path):
    done = nongshang("doctor", address, archive=tmp_path / "a.db")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert "geheim" not in done.output


# Sources.


def sources(archive):
    lines = map(json.loads, nongshang("sources", "list", "--json", archive=archive).stdout.splitlines())
    return {line["name"]: line for line in lines}


def test_two_outlets_become_one_and_stay_so(archive):
    before = sources(archive)
    assert nongshang("sources", "merge", "田野晚报", "沂川日报", archive=archive).exit_code == 0
    after = sources(archive)
    assert "田野晚报" not in after
    assert after["沂川日报"]["articles"] == before["沂川日报"]["articles"] + before["田野晚报"]["articles"]
    assert {"田野晚报", "《田野晚报》"} <= set(after["沂川日报"]["aliases"])


def test_an_outlet_gets_a_better_name(archive):
    assert (
        nongshang("sources", "rename", "《田野晚报》", "田野晚报（数字版）", archive=archive).exit_code == 0
    )
    assert "田野晚报" in sources(archive)["田野晚报（数字版）"]["aliases"]


def test_a_new_name_is_kept_without_its_title_marks(archive):
    assert nongshang("sources", "rename", "沂川日报", "《沂川新报》", archive=archive).exit_code == 0
    assert "沂川新报" in sources(archive)


def test_outlets_merged_twice_are_left_as_they_are(archive):
    nongshang("sources", "merge", "田野晚报", "沂川日报", archive=archive)
    before = sources(archive)
    done = nongshang("sources", "merge", "田野晚报", "沂川日报", archive=archive)
    assert (done.exit_code, done.stdout) == (0, "田野晚报 and 沂川日报 are one outlet already\n")
    assert sources(archive) == before


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "无此报", "沂川日报"),
        ("rename", "无此报", "x"),
        ("rename", "田野晚报", "沂川日报"),
        ("rename", "田野晚报", ""),
        ("rename", "田野晚报", "《 》"),
        ("rename", "田野晚报", "网络"),
    ],
)
def test_a_source_that_cannot_be_changed_so_is_wrong_use(words, archive):
    before = sources(archive)
    done = nongshang("sources", *words, archive=archive)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert sources(archive) == before


# Removal.


def bytes_held(archive):
    """All there is on the disk: the database with its log, and what the captures unpack to."""
    files = [*archive.parent.glob(f"{archive.name}*"), *archive.parent.glob("captures/*")]
    return b"\n".join(
        gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in files
    )


def is_held(archive, sentence):
    held = bytes_held(archive)
    return any(sentence.encode(charset) in held for charset in ("utf-8", "gbk"))


@pytest.mark.parametrize("key", ["union-home", "whole-village-credit"])
def test_a_removed_story_is_gone_from_every_file_and_stays_away(key, tmp_path):
    demo = Site(Catalogue.load())
    story = demo.catalogue.story(key)
    demo.write(tmp_path / "site")
    archive, captures = tmp_path / "archive.db", ("--captures", tmp_path / "captures")
    with serve(tmp_path / "site") as base_url:
        assert crawl(archive, "-a", f"base_url={base_url}").returncode == 0
        sentences = [part[-1].text[:14] for part in story.parts]
        assert all(is_held(archive, sentence) for sentence in sentences)
        url = base_url + story.url().strip("/")

        asked = nongshang("remove", url, "--why", "邵某来函", *captures, archive=archive)
        assert (asked.exit_code, "--yes" in asked.stdout) == (0, True)
        assert all(is_held(archive, sentence) for sentence in sentences)

        done = nongshang("remove", url, "--why", "邵某来函", "--yes", *captures, archive=archive)
        assert (done.exit_code, url in done.stdout) == (0, True), done.output
        assert not any(is_held(archive, sentence) for sentence in sentences)
        stones = rows(archive, "select * from removals")
        assert {(stone["url"], stone["why"]) for stone in stones} >= {(url, "邵某来函")}
        assert nongshang("verify", *captures, archive=archive).exit_code == 0

        again = demo.catalogue.change(key, copies=(*story.copies, Copy("/notice/", 990)))
        Site(again).write(tmp_path / "site")
        for _ in range(2):  # the first meets the story at its new address, the second clears that away
            assert crawl(archive, "-a", f"base_url={base_url}").returncode == 0
    assert not any(is_held(archive, sentence) for sentence in sentences)
    assert rows(archive, "select id from articles where title = ?", story.title) == []
    states = rows(archive, "select url from ledger where reason = 'removed'")
    assert {url, f"{base_url}notice/{story.day}/990.html"} <= {row["url"] for row in states}

    replayed = replay(tmp_path / "again.db", tmp_path / "captures", "-a", "run=all")
    assert replayed.returncode == 0, replayed.stdout
    assert rows(tmp_path / "again.db", "select id from articles where title = ?", story.title) == []


def test_a_removal_waits_for_the_run_that_writes_to_the_captures(archive):
    with Archive.open(f"sqlite:///{archive}") as opened, opened.one_run():
        done = nongshang("remove", "1", "--why", "x", "--yes", archive=archive)
    assert (done.exit_code, len(done.stderr.splitlines())) == (75, 1)
    assert rows(archive, "select id from articles where id = 1")


def test_captures_that_cannot_be_reached_are_told(archive, tmp_path):
    done = nongshang(
        "remove", "1", "--why", "x", "--yes", "--captures", tmp_path / "elsewhere", archive=archive
    )
    assert (done.exit_code, "could not be blanked" in done.stderr) == (1, True)
    assert rows(archive, "select id from articles where id = 1") == []


def test_an_article_that_is_not_there_is_wrong_use(archive):
    assert nongshang("remove", "99999", "--why", "x", archive=archive).exit_code == 2


def test_an_archive_is_copied_into_another(archive, tmp_path):
    done = nongshang("copy-archive", f"sqlite:///{tmp_path / 'copy.db'}", archive=archive)
    assert (done.exit_code, "43 articles" in done.stdout) == (0, True)
    assert contents(tmp_path / "copy.db") == contents(archive)


# Word of a run.


@pytest.fixture
def mailbox():
    """A web hook: gives its address and the bodies it was sent."""
    received = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"json://127.0.0.1:{server.server_port}/", received
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def empty_site(tmp_path):
    """A site on which nothing is to be found: its run is red."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "index.html").write_text(
        "<html><title>空</title><body>建设中</body></html>", "utf-8"
    )
    with serve(tmp_path / "empty") as base_url:
        yield base_url


def test_a_red_run_sends_word(mailbox, empty_site, tmp_path):
    address, received = mailbox
    finished = crawl(tmp_path / "a.db", "-a", f"base_url={empty_site}", NONGSHANG_MESSAGES=address)
    assert finished.returncode == 3
    (sent,) = received
    assert sent["title"] == "nongshang run 1: red"
    assert "no article was found" in sent["message"]


def test_no_secret_gets_into_the_log_when_word_cannot_be_sent(empty_site, tmp_path):
    log = tmp_path / "log.jsonl"
    finished = crawl(
        tmp_path / "a.db",
        "-a",
        f"base_url={empty_site}",
        "-s",
        "LOG_LEVEL=DEBUG",
        NONGSHANG_MESSAGES="json://name:hunter2@127.0.0.1:1/tok3n nonsense://tok3n",
        NONGSHANG_LOG_JSON=str(log),
    )
    assert finished.returncode == 3
    assert "could not be delivered" in finished.stderr
    assert "does not know" in finished.stderr
    for secret in ("hunter2", "tok3n"):
        assert secret not in finished.stdout + finished.stderr + log.read_text("utf-8")


def test_figures_page_and_log_are_left_for_machines(site, tmp_path):
    finished = crawl(
        tmp_path / "a.db",
        "-a",
        f"base_url={site}",
        NONGSHANG_METRICS=str(tmp_path / "metrics" / "nongshang.prom"),
        NONGSHANG_REPORT_HTML=str(tmp_path / "report.html"),
        NONGSHANG_LOG_JSON=str(tmp_path / "log.jsonl"),
    )
    assert finished.returncode == 0, finished.stderr
    text = (tmp_path / "metrics" / "nongshang.prom").read_text("utf-8")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["nongshang_run_exit_code",] == 0
    assert samples["nongshang_run_addresses", "articles:new"] == 43
    assert samples["nongshang_run_field_coverage", "section"] == 1
    assert "healthy" in (tmp_path / "report.html").read_text("utf-8")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    assert any("Spider closed" in line["message"] for line in lines)


def test_a_log_that_cannot_be_written_stops_no_run(site, tmp_path):
    asked = ("-a", f"base_url={site}", "-a", "limit=1")
    finished = crawl(tmp_path / "a.db", *asked, NONGSHANG_LOG_JSON=str(tmp_path))
    assert finished.returncode == 0, finished.stdout
    assert "NONGSHANG_LOG_JSON" in finished.stderr


def test_a_run_that_cannot_start_is_a_fault(site, tmp_path):
    broken = ("-s", 'EXTENSIONS={"tests.broken.Nowhere": 0}')
    finished = crawl(tmp_path / "a.db", "-a", f"base_url={site}", *broken)
    assert finished.returncode == 1, finished.stdout
    assert "could not start" in finished.stdout


def test_progress_says_how_far_the_run_is(site, tmp_path):
    finished = crawl(tmp_path / "a.db", "-a", f"base_url={site}")
    last = finished.stderr.splitlines()[-1]
    assert re.match(r"60 of 60 pages \(\d+/min\), 43 new, .*0 refused", last)


# Schedules.


def test_systemd_accepts_the_units(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze on this machine")
    for unit in DEPLOY.glob("nongshang.*"):
        text = unit.read_text("utf-8").replace("/opt/nongshang/.venv/bin/scrapy", "/bin/true")
        (tmp_path / unit.name).write_text(text, "utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "nongshang.service", tmp_path / "nongshang.timer"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    (calendar,) = re.findall(r"OnCalendar=(.*)", (DEPLOY / "nongshang.timer").read_text("utf-8"))
    elapse = subprocess.run(
        ["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"18:30:00 UTC", elapse)


def test_the_cron_line_runs_with_what_cron_gives_it(site, tmp_path):
    lines = (DEPLOY / "nongshang.cron").read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    (line,) = [line for line in lines if re.match(r"\d", line)]
    command = line.split(maxsplit=6)[6]
    home = tmp_path / "home"
    home.mkdir()
    for name in ("scrapy.cfg", "crawler", "pipelines", "storage"):
        (home / name).symlink_to(ROOT / name)
    (home / ".venv").symlink_to(Path(sys.executable).parent.parent)
    (tmp_path / "env").write_text(
        f"NONGSHANG_BASE_URL={site}\nARCHIVE_URL=sqlite:///{tmp_path}/a.db\nNONGSHANG_LOG={tmp_path}/log\n"
        'NONGSHANG_MESSAGES="json://127.0.0.1:1/a json://127.0.0.1:1/b"\n'
    )
    command = command.replace("crawl nongshang", f"crawl nongshang {' '.join(FAST)} -a limit=2")
    given = settings | {"NONGSHANG_HOME": str(home), "NONGSHANG_ENV": str(tmp_path / "env")}
    done = subprocess.run(["/bin/sh", "-c", command], env=given, timeout=60, check=False)
    log = (tmp_path / "log").read_text("utf-8")
    assert done.returncode == 0, log
    assert len(rows(tmp_path / "a.db", "select id from articles")) == 2
    assert "Run 1: healthy" in log
