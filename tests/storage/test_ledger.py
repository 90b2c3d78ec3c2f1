"""Every URL discovered and how it ended."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.archive import Archive
from storage.ledger import Discovery, Due, Lease, Ledger

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)

LIST = "http://news.example/village/"
FIRST = "http://news.example/village/1.html"
SECOND = "http://news.example/village/2.html"


class MachineDiesError(Exception):
    """Stands for a power cut."""


@pytest.fixture
def ledger(archive, run_id):
    """The ledger after one list page with two entries."""
    discover(archive, [Discovery(LIST, "list", rank=-10)], run_id)
    discover(
        archive, [Discovery(FIRST, title="果园里的服务站", listed_date="02-27"), Discovery(SECOND)], run_id
    )
    return archive


def discover(archive, entries, run_id, at=AT):
    with archive.transaction() as tx:
        return tx.discover(entries, found_on=LIST, run_id=run_id, at=at)


def open_urls(archive, **which):
    with archive.read() as connection:
        return [entry.url for entry in Ledger(connection).open_urls(**which)]


def test_only_urls_not_met_before_are_entered(ledger, run_id, rows):
    third = "http://news.example/village/3.html"
    entries = [
        Discovery(third),
        Discovery(SECOND, title="另一个题目"),
        Discovery(third),
        Discovery(LIST, "list"),
    ]
    assert discover(ledger, entries, run_id, AT + timedelta(days=1)) == [third]
    assert discover(ledger, entries, run_id, AT + timedelta(days=2)) == []
    assert rows("SELECT count(*) FROM ledger") == [(4,)]
    assert rows(f"SELECT title FROM ledger WHERE url = '{SECOND}'") == [(None,)]


def test_new_urls_come_back_in_the_order_of_the_page(archive, run_id):
    urls = [f"http://news.example/{number}.html" for number in (5, 3, 9, 1, 7)]
    assert discover(archive, map(Discovery, urls), run_id) == urls


def test_a_page_without_links_is_no_trouble(archive, run_id):
    assert discover(archive, [], run_id) == []


def test_what_is_left_comes_by_urgency_and_then_in_the_order_found(ledger):
    assert open_urls(ledger) == [LIST, FIRST, SECOND]
    assert open_urls(ledger, kind="article", limit=1) == [FIRST]


def test_an_open_url_brings_along_what_its_list_entry_printed(ledger):
    with ledger.read() as connection:
        entry = Ledger(connection).open_urls(kind="article")[0]
    assert (entry.title, entry.listed_date, entry.found_on, entry.attempts) == (
        "果园里的服务站",
        "02-27",
        LIST,
        0,
    )


@pytest.mark.parametrize(
    "state", ["stored", "unchanged", "copy", "gone", "refused", "failed", "offsite", "redirected", "skipped"]
)
def test_a_closed_url_is_left_alone_and_says_why(ledger, run_id, rows, state):
    with ledger.transaction() as tx:
        tx.close(FIRST, state, "the reason", run_id=run_id)
    assert open_urls(ledger, kind="article") == [SECOND]
    assert rows(f"SELECT state, reason, attempts FROM ledger WHERE url = '{FIRST}'") == [
        (state, "the reason", 1)
    ]


def test_a_url_to_try_again_waits_for_its_time(ledger, run_id):
    with ledger.transaction() as tx:
        tx.retry(FIRST, "http-503", AT + timedelta(minutes=5), run_id=run_id)
    assert open_urls(ledger, kind="article", due=AT) == [SECOND]
    assert open_urls(ledger, kind="article", due=AT + timedelta(minutes=5)) == [FIRST, SECOND]


def test_an_ended_url_can_be_queued_anew_and_keeps_what_the_server_said_of_its_version(ledger, run_id):
    with ledger.transaction() as tx:
        tx.close(
            LIST, "stored", "read", run_id=run_id, etag='"6b1"', last_modified="Mon, 02 Mar 2026 01:30:00 GMT"
        )
        tx.reopen(LIST, "list-page", run_id=run_id)
        tx.close(LIST, "unchanged", "not-modified", run_id=run_id)
        tx.reopen(LIST, "list-page", run_id=run_id)
        entry = tx.open_urls(kind="list")[0]
    assert (entry.etag, entry.last_modified, entry.attempts) == ('"6b1"', "Mon, 02 Mar 2026 01:30:00 GMT", 0)


@pytest.mark.parametrize("change", ["close", "retry", "reopen"])
def test_a_url_nobody_entered_cannot_end(archive, run_id, change):
    arguments = {"close": ("stored", "x"), "retry": ("x", AT), "reopen": ("x",)}[change]
    with (
        pytest.raises(LookupError, match=r"http://news\.example/lost was never entered"),
        archive.transaction() as tx,
    ):
        getattr(tx, change)("http://news.example/lost", *arguments, run_id=run_id)


def lease(owner, minutes=0):
    return Lease(owner, AT + timedelta(minutes=minutes), AT + timedelta(minutes=minutes + 2))


def free_for(archive, holder):
    with archive.read() as connection:
        left = Ledger(connection).next_urls(due=AT, since_run=0, limit=9, lease=holder)
    return [entry.url for entry in left]


def test_what_one_worker_took_is_free_for_the_others_when_its_lease_has_run_out(ledger):
    with ledger.transaction() as tx:
        assert tx.take([FIRST, SECOND], lease("run 1")) == {FIRST, SECOND}
    assert free_for(ledger, lease("run 2", 1)) == [LIST]
    assert free_for(ledger, lease("run 1", 1)) == [LIST, FIRST, SECOND]
    with ledger.transaction() as tx:
        assert tx.take([FIRST], lease("run 2", 1)) == set()
        assert tx.take([FIRST], lease("run 1", 1)) == {FIRST}  # says that it lives
    assert free_for(ledger, lease("run 2", 2)) == [LIST, SECOND]
    with ledger.transaction() as tx:
        assert tx.take([SECOND], lease("run 2", 2)) == {SECOND}


def test_what_a_worker_gives_back_or_answers_for_is_in_nobodys_hands(ledger, run_id, rows):
    with ledger.transaction() as tx:
        tx.take([LIST, FIRST, SECOND], lease("run 1"))
        tx.give_back([LIST, FIRST], "run 2")  # not its to give
        tx.give_back([LIST], "run 1")
        tx.close(FIRST, "stored", "new", run_id=run_id, next_at=AT)
    assert rows("SELECT url FROM ledger WHERE lease_owner IS NOT NULL") == [(SECOND,)]
    assert free_for(ledger, lease("run 2")) == [LIST]


def test_an_address_due_again_is_checked_by_one_worker(ledger, run_id):
    with ledger.transaction() as tx:
        for url in (FIRST, SECOND):
            tx.close(url, "stored", "new", run_id=run_id, next_at=AT)
        tx.take([FIRST], lease("run 1"))
        due = tx.due_urls(Due(AT), 9, lease("run 2"))
    assert [entry.url for entry in due] == [SECOND]


def test_the_tally_adds_up_to_all_urls_ever_discovered(ledger, run_id):
    with ledger.transaction() as tx:
        tx.close(FIRST, "stored", "new", run_id=run_id)
        assert tx.tally() == {"queued": 2, "stored": 1}


def test_the_tally_of_a_run_counts_what_it_was_the_last_to_touch(ledger, run_id):
    next_run = ledger.begin_run("nongshang", "incremental", AT)
    with ledger.transaction() as tx:
        tx.close(FIRST, "unchanged", None, run_id=next_run)
        assert tx.tally(run_id=next_run) == {"unchanged": 1}
        assert tx.tally(run_id=run_id) == {"queued": 2}


def test_known_urls_are_told_from_new_ones(ledger):
    with ledger.read() as connection:
        assert Ledger(connection).known([FIRST, "http://news.example/new.html"]) == {FIRST: "queued"}


def test_a_page_leaves_its_links_its_article_and_its_end_together_or_nothing(ledger, run_id, rows, story):
    before = [rows(f"SELECT * FROM {table}") for table in ("ledger", "articles", "sources", "rejections")]
    with pytest.raises(MachineDiesError), ledger.transaction() as tx:  # noqa: PT012 - dies at the end of it
        tx.discover([Discovery("http://news.example/new.html")], found_on=FIRST, run_id=run_id, at=AT)
        tx.file(tx.match(story), run_id=run_id)
        tx.reject(SECOND, stage="read", reason="no-body", detail="", seen_at=AT, run_id=run_id)
        tx.close(FIRST, "stored", "new", run_id=run_id)
        raise MachineDiesError
    assert [
        rows(f"SELECT * FROM {table}") for table in ("ledger", "articles", "sources", "rejections")
    ] == before


def test_the_ledger_is_there_when_the_archive_is_opened_again(archive_url, run_id, archive):
    discover(archive, [Discovery(FIRST)], run_id)
    archive.close()
    with Archive.open(archive_url, create=False) as reopened:
        assert open_urls(reopened) == [FIRST]
