"""Times and texts go in and come out as they are."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.archive import Archive
from storage.article import Article, Attachment, Contributor, Provenance
from storage.columns import SiteTime
from storage.filing import stored_article

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
MAYBE = st.none() | TEXTS
TIMES = st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ARTICLES = st.builds(
    Article,
    site=TEXTS,
    url=TEXTS,
    title=TEXTS,
    body=TEXTS,
    content_hash=TEXTS,
    fetched_at=TIMES,
    rule_version=TEXTS,
    section=MAYBE,
    kicker=MAYBE,
    subtitle=MAYBE,
    published_at=st.none() | TIMES,
    published_precision=st.sampled_from([None, "day", "minute", "second"]),
    published_raw=MAYBE,
    modified_at=st.none() | TIMES,
    source=MAYBE,
    source_raw=MAYBE,
    byline_raw=MAYBE,
    contributors=st.lists(
        st.builds(Contributor, TEXTS, st.sampled_from(["author", "editor"]), MAYBE, MAYBE), max_size=3
    ).map(tuple),
    attachments=st.lists(st.builds(Attachment, st.just("file"), TEXTS, MAYBE), max_size=3).map(tuple),
    partial=st.booleans(),
    identity=st.none() | st.tuples(st.from_regex(r"\d{1,4}", fullmatch=True), TEXTS),
    provenance=st.dictionaries(TEXTS, st.builds(Provenance, TEXTS, MAYBE, st.floats(0, 1)), max_size=3),
)


def in_sqlite(moment):
    return SiteTime().process_bind_param(moment, sqlite.dialect())


@pytest.mark.parametrize(
    ("moment", "stored"),
    [
        (datetime(2026, 2, 27, 16, 30, tzinfo=UTC), "2026-02-28T00:30:00+08:00"),
        (datetime(2026, 2, 28, tzinfo=timezone(timedelta(hours=8))), "2026-02-28T00:00:00+08:00"),
        # China had summer time then; a fixed offset keeps text order time order.
        (datetime(1988, 7, 1, tzinfo=UTC), "1988-07-01T08:00:00+08:00"),
    ],
)
def test_a_time_is_site_time_and_its_first_ten_characters_are_the_day(moment, stored):
    assert in_sqlite(moment) == stored


@given(TIMES, TIMES)
def test_text_order_is_time_order(one, other):
    assert (in_sqlite(one) < in_sqlite(other)) == (one < other)


@pytest.fixture(scope="module")
def shared_archive(tmp_path_factory):
    with Archive.open(f"sqlite:///{tmp_path_factory.mktemp('archive')}/archive.db") as archive:
        yield archive


class EnoughError(Exception):
    """Ends a transaction that is only for looking."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(article=ARTICLES)
def test_any_article_comes_back_equal_and_filing_it_again_changes_nothing(shared_archive, article):
    with pytest.raises(EnoughError), shared_archive.transaction() as tx:  # noqa: PT012 - ends with a rollback
        article_id = tx.file(tx.match(article), run_id=None)
        assert stored_article(tx.connection, article_id) == article
        again = tx.match(replace(article))
        assert (again.kind, again.article_id) == ("unchanged", article_id)
        raise EnoughError


def test_what_is_stored_can_be_read_without_this_program(tmp_path, story):
    with Archive.open(f"sqlite:///{tmp_path}/archive.db") as archive, archive.transaction() as tx:
        tx.file(tx.match(story), run_id=None)
    plain = sqlite3.connect(tmp_path / "archive.db")
    row = plain.execute("SELECT title, published_at, provenance FROM articles").fetchone()
    plain.close()
    assert row[:2] == ("果园里的服务站", "2026-02-27T09:41:28+08:00")
    assert "《山乡金融报》" in row[2], "JSON is written as a person reads it"
