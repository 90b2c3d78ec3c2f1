"""Runs, refusals and the bytes kept: what an operator looks at the next morning."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.article import Capture, Finding

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
URL = "http://news.example/village/1.html"


def refuse(archive, run_id, reason, at=AT):
    with archive.transaction() as tx:
        tx.reject(URL, stage="read", reason=reason, detail="标题下没有正文", seen_at=at, run_id=run_id)


def end(archive, run_id, outcome="healthy", findings=()):
    archive.end_run(
        run_id,
        outcome=outcome,
        exit_code=0,
        stop_reason="known pages",
        stats={"articles/new": 3, "note": "乡村"},
        finished_at=AT + timedelta(minutes=4),
        findings=findings,
    )


def test_a_run_leaves_its_verdict_and_figures(archive, run_id, rows):
    end(archive, run_id)
    assert rows("SELECT spider, mode, base_url, outcome, exit_code, stop_reason FROM runs") == [
        ("nongshang", "incremental", "http://news.example/", "healthy", 0, "known pages")
    ]
    assert rows("SELECT verdict, finding FROM run_health") == [("healthy", None)]


def test_findings_can_be_read_in_run_health(archive, run_id, rows):
    found = Finding("amber", "source stated on fewer pages", "0.98", "0.61", URL)
    end(archive, run_id, "amber", [found, Finding("red", "section gone quiet")])
    assert rows("SELECT run_id, verdict, finding, old, new, sample_url FROM run_health ORDER BY verdict") == [
        (run_id, "amber", "source stated on fewer pages", "0.98", "0.61", URL),
        (run_id, "red", "section gone quiet", None, None, None),
    ]


def test_a_run_that_died_is_closed_by_the_next(archive, run_id, rows):
    ended = archive.begin_run("nongshang", "backfill", AT)
    end(archive, ended)
    archive.begin_run("nongshang", "incremental", AT + timedelta(days=1))
    assert rows("SELECT id, outcome, finished_at IS NULL FROM runs ORDER BY id") == [
        (run_id, "crashed", False),
        (ended, "healthy", False),
        (ended + 1, None, True),
    ]


def test_a_page_refused_again_is_one_row_with_the_latest_reason(archive, run_id, rows):
    refuse(archive, run_id, "soft-404")
    refuse(archive, run_id, "no-body", AT + timedelta(days=1))
    assert rows("SELECT url, reason, detail, run_id FROM rejections") == [
        (URL, "no-body", "标题下没有正文", run_id)
    ]


def test_filing_the_page_later_resolves_its_refusal_and_refusing_it_again_reopens_it(
    archive, run_id, rows, file, story
):
    refuse(archive, run_id, "no-body")
    assert rows("SELECT count(*) FROM rejections WHERE resolved_at IS NULL") == [(1,)]
    file(replace(story, url=URL))
    assert rows("SELECT count(*) FROM rejections WHERE resolved_at IS NULL") == [(0,)]
    refuse(archive, run_id, "no-body")
    assert rows("SELECT count(*) FROM rejections WHERE resolved_at IS NULL") == [(1,)]


def test_every_reading_points_to_the_bytes_it_came_from(archive, run_id, rows, story):
    kept = Capture(story.url, AT, 200, "sha256:00", "2026-03-02.warc.gz", 3_000_000_000, 4711, "sha1:00")
    with archive.transaction() as tx:
        capture_id = tx.keep(kept, run_id=run_id)
        tx.file(tx.match(story), run_id=run_id, capture_id=capture_id)
    assert rows(
        "SELECT captures.url, warc_file, warc_offset FROM captures "
        "JOIN articles ON articles.capture_id = captures.id "
        "JOIN revisions ON revisions.capture_id = captures.id"
    ) == [(story.url, "2026-03-02.warc.gz", 3_000_000_000)]


def test_a_replayed_run_keeps_its_number_and_the_next_one_counts_on(archive):
    assert archive.begin_run("nongshang", "incremental", AT, number=7) == 7
    assert archive.begin_run("nongshang", "incremental", AT) == 8
