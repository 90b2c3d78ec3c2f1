"""Which run goes on with which, and what a move for good does to a copy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def begin(archive, rows):
    """Begin a run; gives the first run of the crawl it belongs to."""

    def begin_one(hours=0, mode="incremental", **asked):
        number = archive.begin_run(
            "nongshang", mode, AT + timedelta(hours=hours), "http://news.example/", asked
        )
        return rows(f"SELECT round FROM runs WHERE id = {number}")[0][0]

    return begin_one


def end(archive, run_id, *, complete):
    archive.end_run(
        run_id,
        outcome="healthy",
        exit_code=0,
        stop_reason="",
        stats={},
        finished_at=AT,
        complete=complete,
    )


def test_a_run_goes_on_with_one_that_was_cut_off(begin):
    assert [begin(hours) for hours in (0, 1, 2)] == [1, 1, 1]


def test_a_run_after_a_complete_one_begins_anew(archive, begin):
    begin()
    end(archive, 1, complete=True)
    assert begin(1) == 2
    end(archive, 2, complete=False)
    assert begin(2) == 2


def test_a_run_asked_something_else_begins_anew(begin):
    assert [begin(), begin(1, sections=["要闻"]), begin(2, mode="backfill")] == [1, 2, 3]


def test_an_incremental_run_of_yesterday_is_too_old_to_go_on_with_and_a_backfill_never_is(begin):
    assert [begin(), begin(13)] == [1, 2]
    assert [begin(0, "backfill"), begin(13, "backfill")] == [3, 3]


def test_a_move_to_an_address_held_already_makes_that_one_speak_for_the_story(archive, file, rows, story):
    old, new = story.url, "http://news.example/fruit/812.html"
    number = file(story)
    assert file(replace(story, url=new)) == number
    with archive.transaction() as tx:
        tx.move(old, new, AT)
    assert rows("SELECT url, gone_at IS NULL FROM articles") == [(new, True)]
    assert rows("SELECT url, kind, gone_at IS NULL FROM copies ORDER BY url") == [
        (new, "canonical", True),
        (old, "same", False),
    ]


def test_a_move_of_an_address_nobody_holds_changes_nothing(archive, file, rows, story):
    file(story)
    with archive.transaction() as tx:
        tx.move("http://news.example/strange.html", "http://news.example/elsewhere.html", AT)
    assert rows("SELECT url FROM copies") == [(story.url,)]
