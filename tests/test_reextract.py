"""A rule repaired today corrects what was stored last year."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.pools import Here, Processes
from nongshang.__main__ import app
from tests.crawling import rows


def reextract(archive: Path, *options: str) -> list[str]:
    places = ["--archive", f"sqlite:///{archive}", "--captures", str(archive.parent / "captures")]
    finished = CliRunner().invoke(app, ["reextract", *places, "--workers", "1", *options])
    assert finished.exit_code == 0, finished.output
    return finished.output.splitlines()


@pytest.fixture
def other_rule(monkeypatch):
    """Today's rules write the first step of a section otherwise."""
    import pipelines.normalise as rules

    def renamed(breadcrumb, _section=rules.section):
        return (_section(breadcrumb) or "").replace("农商", "农村商业") or None

    monkeypatch.setattr(rules, "section", renamed)


def affected(archive: Path) -> set[str]:
    query = "select url from copies where section like '%农商%'"
    return {row["url"] for row in rows(archive, query)}


def revisions(archive: Path) -> list[tuple]:
    return [tuple(row) for row in rows(archive, "select url, cause, section from revisions order by id")]


def test_the_same_rules_change_nothing(copied):
    before = revisions(copied)
    assert reextract(copied)[0].startswith("0 of ")
    assert revisions(copied) == before


@pytest.mark.usefixtures("other_rule")
def test_a_dry_run_names_exactly_the_fields_that_change(copied):
    before = revisions(copied)
    lines = [json.loads(line) for line in reextract(copied, "--dry-run", "--json")]
    assert affected(copied)
    assert {line["url"] for line in lines} == affected(copied)
    for line in lines:
        assert set(line["fields"]) == {"section"}
        held, read = line["fields"]["section"]
        assert read == held.replace("农商", "农村商业")
    assert revisions(copied) == before


@pytest.mark.usefixtures("other_rule")
def test_a_dry_run_counts_and_shows_samples(copied):
    said = reextract(copied, "--dry-run")
    assert len([line for line in said if "农村商业" in line]) == min(3, len(affected(copied)))
    assert any(line.split() == ["section", str(len(affected(copied)))] for line in said)


@pytest.mark.usefixtures("other_rule")
def test_a_changed_rule_is_a_revision_of_our_own_and_once(copied):
    urls, before = affected(copied), revisions(copied)
    reextract(copied)
    added = revisions(copied)[len(before) :]
    assert {url for url, _, _ in added} == urls
    assert {cause for _, cause, _ in added} == {"rule"}
    assert all("农商" not in section for _, _, section in added)
    assert not rows(copied, "select id from articles where section like '%农商%'")
    assert reextract(copied)[0].startswith("0 of ")
    assert len(revisions(copied)) == len(before) + len(urls)


@pytest.mark.usefixtures("other_rule")
def test_a_run_that_was_cut_off_goes_on_where_it_stood(copied):
    urls = affected(copied)
    (middle,) = rows(copied, "select max(id) / 2 as id from captures")
    reextract(copied, "--from-capture", str(middle["id"]))
    left = affected(copied)
    assert left < urls
    reextract(copied)
    assert not affected(copied)


def test_a_page_refused_so_far_is_stored_once_a_rule_reads_it(copied):
    (row,) = rows(copied, "select url, capture_id from articles where id = 1")
    forget(copied, row["url"])
    assert reextract(copied, "--dry-run")[0] == row["url"]
    reextract(copied)
    (again,) = rows(copied, "select capture_id from articles where url = ?", row["url"])
    assert again["capture_id"] == row["capture_id"]
    (ended,) = rows(copied, "select state, reason from ledger where url = ?", row["url"])
    assert tuple(ended) == ("stored", "rule")
    assert rows(copied, "select url from rejections where resolved_at is not null")


def forget(archive: Path, url: str) -> None:
    """Make an article a page that could not be read."""
    with sqlite3.connect(archive) as connection:
        (number, capture) = connection.execute(
            "select id, capture_id from articles where url = ?", [url]
        ).fetchone()
        for table in ("revisions", "contributors", "attachments", "copies"):
            connection.execute(f"delete from {table} where article_id = ?", [number])
        connection.execute("delete from articles where id = ?", [number])
        connection.execute(
            "insert into rejections (url, stage, reason, detail, seen_at, run_id, capture_id)"
            " values (?, 'read', 'no-body', '', '2026-03-02T09:30:00+08:00', 1, ?)",
            [url, capture],
        )
        connection.execute("update ledger set state = 'refused', reason = 'no-body' where url = ?", [url])


@pytest.mark.usefixtures("other_rule")
def test_a_damaged_page_is_named_and_stops_nobody(copied):
    (article,) = rows(
        copied,
        "select a.url, c.warc_file, c.warc_offset from articles a join captures c on c.id = a.capture_id"
        " where a.section like '%农商%' limit 1",
    )
    file = copied.parent / "captures" / article["warc_file"]
    stored = bytearray(file.read_bytes())
    stored[article["warc_offset"] + 30] ^= 1
    file.write_bytes(stored)
    said = reextract(copied)
    assert any("damaged" in line for line in said)
    assert affected(copied) == {article["url"]}


def test_a_pool_gives_results_in_the_order_of_the_jobs():
    numbers = list(range(30))
    assert list(Here().map(abs, numbers)) == numbers
    assert list(Processes(2).map(abs, numbers)) == numbers
