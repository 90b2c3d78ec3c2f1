"""A skin that breaks overnight states less; what was good stays until a better reading comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

BLANK = {
    "section": None,
    "kicker": None,
    "subtitle": None,
    "published_at": None,
    "published_precision": None,
    "published_raw": None,
    "source": None,
    "source_raw": None,
    "byline_raw": None,
    "contributors": (),
    "attachments": (),
    "provenance": {},
}
FACE = (
    "SELECT section, kicker, subtitle, published_at, published_precision, published_raw, source_raw, byline_raw,"
    " body, content_hash, (SELECT name FROM sources WHERE id = source_id),"
    " (SELECT count(*) FROM contributors), (SELECT count(*) FROM attachments) FROM articles"
)


@pytest.fixture
def broken(story):
    """The story as a broken skin leaves it, a day later."""
    return replace(story, **BLANK, fetched_at=story.fetched_at + timedelta(days=1))


@pytest.fixture
def refile(archive, run_id):
    """File a better reading of a page that is held."""

    def file_one(article):
        with archive.transaction() as tx:
            tx.file(tx.match(article), run_id=run_id, cause="rule")

    return file_one


def test_nothing_good_is_overwritten_by_an_empty_value(rows, file, story, broken):
    file(story)
    before = rows(FACE)
    file(broken)
    assert rows(FACE) == before
    assert rows("SELECT source, section, contributors FROM revisions ORDER BY id DESC LIMIT 1")[0][:2] == (
        None,
        None,
    )
    file(replace(story, fetched_at=broken.fetched_at + timedelta(days=1)))
    assert rows(FACE) == before


def test_a_body_that_cannot_be_found_any_more_stays(rows, file, story):
    file(story)
    before = rows(FACE)
    file(replace(story, body="", content_hash="empty", fetched_at=story.fetched_at + timedelta(days=1)))
    assert rows(FACE) == before


def test_what_the_site_changes_is_changed(rows, file, story):
    file(story)
    renamed = tuple(person._replace(name="沈未来") for person in story.contributors)
    later = {"fetched_at": story.fetched_at + timedelta(days=1)}
    file(replace(story, kicker=None, attachments=(), contributors=renamed, **later))
    assert rows(
        "SELECT kicker, (SELECT count(*) FROM contributors), (SELECT count(*) FROM attachments) FROM articles"
    ) == [(None, 2, 0)]


def test_a_better_rule_may_take_a_value_back(rows, file, refile, story, broken):
    file(story)
    refile(broken)
    assert rows("SELECT section, source_id, (SELECT count(*) FROM contributors) FROM articles") == [
        (None, None, 0)
    ]


def test_a_renamed_label_does_not_wipe_out_the_people(rows, file, story):
    file(story)
    file(replace(story, contributors=(), fetched_at=story.fetched_at + timedelta(days=1)))
    assert rows("SELECT name FROM contributors ORDER BY position") == [
        (person.name,) for person in story.contributors
    ]
