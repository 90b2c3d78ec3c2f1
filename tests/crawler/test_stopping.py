"""How far a list is read, and what must not fool the rule."""

from datetime import date

import pytest

from crawler.pages.entries import Entry
from crawler.plan import CrawlPlan
from crawler.stopping import StopRule

WINDOW = date(2026, 3, 1)
SITE = "http://news.example/"
NEXT = f"{SITE}index_2.html"


def entry(number, day):
    return Entry(f"第{number}篇", f"{SITE}{number}.html", day, day)


OLD = tuple(entry(number, f"2026-02-{28 - number:02}") for number in range(1, 9))
KNOWN = {NEXT, *(old.url for old in OLD)}


def reason(entries, known=KNOWN, next_url=NEXT, *, repeats=False, **asked):
    return StopRule(CrawlPlan(SITE, **asked), WINDOW).reason(entries, next_url, known, repeats=repeats)


def test_a_full_page_of_known_and_old_entries_ends_the_list():
    assert reason(OLD) == "known and older than 2026-03-01"


@pytest.mark.parametrize(
    ("what", "entries"),
    [
        ("a story entered late among old ones", (*OLD[:4], entry(99, "2026-02-10"), *OLD[4:])),
        ("a new story under pinned old ones", (*OLD, entry(99, "2026-03-05"))),
        ("a new story without a date", (*OLD, entry(99, None))),
    ],
)
def test_an_entry_nobody_knew_turns_the_page(what, entries):
    assert reason(entries) is None, what


def test_known_entries_inside_the_window_turn_the_page():
    fresh = entry(1, "2026-03-01")
    assert reason((*OLD[1:], fresh), KNOWN | {fresh.url}) is None


def test_a_list_that_prints_no_dates_ends_where_everything_is_known():
    undated = tuple(entry(number, None) for number in range(1, 9))
    assert reason(undated) == "known and older than 2026-03-01"


def test_a_page_nobody_has_read_is_read_whatever_stands_before_it():
    assert reason(OLD, KNOWN - {NEXT}) is None


def test_the_last_page_and_one_that_repeats_the_page_before_end_the_list():
    assert reason(OLD, next_url=None) == "last page"
    assert reason(OLD, set(), repeats=True) == "lists the same as the page before"


def test_a_backfill_goes_to_the_end_or_to_the_day_it_was_given():
    assert reason(OLD, mode="backfill") is None
    assert reason(OLD, mode="backfill", since=date(2026, 2, 25)) is None
    assert reason(OLD, mode="backfill", since=date(2026, 2, 28)) == "older than since=2026-02-28"
