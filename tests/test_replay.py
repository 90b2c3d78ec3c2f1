"""Every page kept: the captures of a crawl, replayed, checked and damaged on purpose."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from measure.keeping import damages, dump, files_of, is_read_by_others, names_of, room, wrong_with
from nongshang.__main__ import app
from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve
from nongshang.runcases import run_cases
from storage.warc import WarcFile, scan
from tests.crawling import crawl, replay, rows
from tests.tinysite import serve_tinysite


def test_every_article_revision_and_rejection_points_to_its_page(crawled):
    for table in ("articles", "revisions", "rejections"):
        assert not rows(crawled, f"select url from {table} where capture_id is null")
    (first,) = rows(crawled, "select url from captures where id = 1")
    assert first["url"].endswith("/robots.txt")


def test_a_page_is_kept_as_it_was_received(crawled):
    pages = {path.name: path.read_bytes() for path in SITE.rglob("*.html")}
    for path in files_of(crawled):
        for _, record in scan(path):
            name = record.url.rsplit("/", 1)[-1]
            if record.kind == "response" and record.status == 200 and name in pages:
                assert record.body in {file.read_bytes() for file in SITE.rglob(name)}


def test_an_unchanged_page_is_no_second_copy(crawled):
    first, second = files_of(crawled)
    assert {record.kind for _, record in scan(second)} == {"warcinfo", "revisit", "metadata"}
    assert second.stat().st_size < first.stat().st_size / 10


def test_other_tools_read_every_file(crawled):
    assert all(map(is_read_by_others, files_of(crawled)))


def test_captures_take_little_more_room_than_the_pages_zipped(crawled):
    # The pages of the demo are small, and a record's own head weighs the more.
    assert room(files_of(crawled)[:1]) <= 1.25


def test_a_replay_makes_the_same_archive(crawled, tmp_path):
    again = tmp_path / "again.db"
    replayed = replay(again, crawled.parent / "captures", "-a", "run=all")
    assert replayed.returncode == 0, replayed.stderr
    assert dump(again) == dump(crawled)


def test_one_run_can_be_replayed_alone(crawled, tmp_path):
    again = tmp_path / "again.db"
    assert replay(again, crawled.parent / "captures", "-a", "run=1").returncode == 0
    assert [row["id"] for row in rows(again, "select id from runs")] == [1]
    assert dump(again)["articles"] == dump(crawled)["articles"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "run=all"), (("-a", "run=7"), "known: 1, 2, all"), (("-a", "run=1", "-a", "limit=3"), "run=all")],
)
def test_a_replay_asked_for_wrongly_says_how(crawled, tmp_path, arguments, said):
    replayed = replay(tmp_path / "again.db", crawled.parent / "captures", *arguments)
    assert replayed.returncode == 2
    (line,) = replayed.stderr.splitlines()
    assert said in line


def test_a_replay_leaves_an_archive_that_holds_something_alone(copied):
    before = dump(copied)
    replayed = replay(copied, copied.parent / "captures", "-a", "run=all")
    assert replayed.returncode == 2
    assert "empty archive" in replayed.stderr
    assert dump(copied) == before


def test_a_page_that_was_not_kept_is_an_error_of_the_run(crawled, tmp_path):
    """Captures of a crawl that stopped early, made to say it had finished."""
    (tmp_path / "captures").mkdir()
    kept = [record for _, record in scan(files_of(crawled)[0])]
    lost = next(record.url for record in kept if record.url.endswith(".html"))
    shorter = WarcFile(tmp_path / "captures" / files_of(crawled)[0].name)
    for record in kept:
        if record.url != lost:
            shorter.append(record)
    shorter.close()
    replayed = replay(tmp_path / "again.db", tmp_path / "captures", "-a", "run=1")
    assert replayed.returncode == 3
    assert lost in replayed.stderr
    (ended,) = rows(tmp_path / "again.db", "select state from ledger where url = ?", lost)
    assert ended["state"] == "queued"


def test_what_a_crash_leaves_behind_is_cut_off_at_the_next_start(copied):
    """The run died after writing a record and half of another, before their rows."""
    (_, last) = files_of(copied)
    sound = last.read_bytes()
    with sqlite3.connect(copied) as connection:
        connection.execute("delete from warc_files where name = ?", [last.name])
        (end,) = connection.execute(
            "select max(warc_offset + warc_length) from captures where warc_file = ?", [last.name]
        ).fetchone()
    last.write_bytes(sound + sound[: len(sound) // 3])
    with serve(SITE) as base_url:
        crawl(copied, "-a", f"base_url={base_url}")
    assert last.stat().st_size == end
    assert not wrong_with(copied)


def test_errors_redirects_and_the_clock_are_replayed_too(tmp_path):
    first = tmp_path / "archive.db"
    with serve_tinysite() as (server, base_url):
        for server.edition in (1, 2):
            assert crawl(first, "-a", f"base_url={base_url}", "-s", "RETRY_TIMES=1").returncode == 0
    again = tmp_path / "again.db"
    replayed = replay(again, tmp_path / "captures", "-a", "run=all")
    assert replayed.returncode == 0, replayed.stderr
    assert dump(again) == dump(first)
    ends = {row["reason"] for row in rows(again, "select reason from ledger")}
    assert {"http-404", "http-503", "connection-lost", "redirect", "part"} <= ends


def test_a_run_that_died_is_replayed_as_far_as_it_came(tmp_path):
    """A run that was closed early left addresses open, and so does its replay."""
    first = tmp_path / "archive.db"
    with serve_tinysite() as (_, base_url):
        assert crawl(first, "-a", f"base_url={base_url}", "-s", "CLOSESPIDER_PAGECOUNT=4").returncode in {
            0,
            3,
        }
    replayed = replay(tmp_path / "again.db", tmp_path / "captures", "-a", "run=1")
    assert "captures-end" in replayed.stdout
    assert "Traceback" not in replayed.stderr
    assert dump(tmp_path / "again.db")["articles"] == dump(first)["articles"]


def test_a_run_that_died_in_its_first_record_is_no_obstacle(copied, tmp_path):
    sound = files_of(copied)[0].read_bytes()
    for name, left in (("2026-01-01-run00003", sound[:50]), ("2026-01-01-run00004", b"")):
        (copied.parent / "captures" / f"{name}.warc.gz").write_bytes(left)
    replayed = replay(tmp_path / "again.db", copied.parent / "captures", "-a", "run=all")
    assert replayed.returncode == 0, replayed.stderr
    assert replayed.stderr.count("holds no whole record") == 2
    assert dump(tmp_path / "again.db") == dump(copied)


@pytest.mark.parametrize("case", run_cases(ROOT / "tests/fixtures/runs"), ids=lambda case: case.name)
def test_whole_runs_give_the_rows_a_person_accepted(case):
    replayed = case.replayed()
    for table, accepted in case.expected().items():
        assert len(replayed[table]) == len(accepted), table
        for row, got in zip(accepted, replayed[table], strict=True):
            assert {name: got[name] for name in row} == row, table


def test_runs_become_a_case_with_one_command(crawled, tmp_path):
    where = ["--archive", f"sqlite:///{crawled}", "--captures", str(crawled.parent / "captures")]
    asked = ["fixture", "record-runs", "demo", "--why", "a test", "--folder", str(tmp_path), *where]
    assert CliRunner().invoke(app, asked).exit_code == 0
    (case,) = run_cases(tmp_path)
    assert len(case.expected()["articles"]) == len(rows(crawled, "select id from articles"))


def test_a_sound_archive_is_found_sound(crawled):
    assert not wrong_with(crawled)


def test_every_flipped_bit_and_every_cut_is_found_and_named(copied):
    known = names_of(copied)
    for what, found in damages(copied, 40, seed=4):
        assert found, what
        assert {problem.url for problem in found} <= known


def test_verify_names_the_article_and_what_repairs_it(copied):
    (article,) = rows(copied, "select a.id, a.title, a.url, c.warc_file, c.warc_offset from articles a"
                              " join captures c on c.id = a.capture_id order by a.id limit 1")  # fmt: skip
    path = copied.parent / "captures" / article["warc_file"]
    stored = bytearray(path.read_bytes())
    stored[article["warc_offset"] + 40] ^= 8
    path.write_bytes(stored)
    said = verify(copied, "--json")
    assert said.returncode == 3
    (problem,) = map(json.loads, said.stdout.splitlines())
    assert article["title"] in problem["what"]
    assert problem["url"] == article["url"]
    assert "mode=recheck" in problem["repair"]


def test_verify_finds_a_pointer_to_nothing(copied):
    with sqlite3.connect(copied) as connection:
        connection.execute("update articles set capture_id = 4711 where id = 1")
    said = verify(copied)
    assert said.returncode == 3
    assert "articles points to a row of captures that is not there" in said.stdout


def verify(archive: Path, *options: str) -> subprocess.CompletedProcess:
    places = ["--archive", f"sqlite:///{archive}", "--captures", str(archive.parent / "captures")]
    command = [sys.executable, "-m", "nongshang", "verify", *places, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)
