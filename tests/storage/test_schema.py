"""The migrations and the models tell one story, in both databases."""

import re

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from storage.ledger import Discovery
from storage.migrations import configuration
from storage.models import metadata
from storage.schema import LATEST, VIEWS

CONTRACT = {
    "articles": "id site url section kicker title subtitle published_at published_precision published_raw "
    "source_id source_raw byline_raw body content_hash char_count capture_id rule_version first_seen_at "
    "last_seen_at modified_at gone_at partial",
    "contributors": "article_id position name role label affiliation",
    "attachments": "article_id position kind url text",
    "sources": "id name",
    "source_aliases": "alias source_id",
    "copies": "url article_id section title kind similarity first_seen_at last_seen_at gone_at",
    "revisions": "id article_id url seen_at cause section kicker title subtitle published_at "
    "published_precision published_raw source_raw byline_raw body content_hash capture_id rule_version",
    "captures": "id url fetched_at status digest warc_file warc_offset warc_length run_id",
    "ledger": "url kind state reason discovered_at found_on attempts next_at run_id",
    "rejections": "url stage reason detail seen_at run_id capture_id resolved_at",
    "runs": "id spider mode started_at finished_at outcome exit_code stop_reason stats",
}


def differences(archive):
    """What Alembic would want to change, empty if nothing."""
    try:
        with archive.transaction() as tx:
            command.check(configuration(tx.connection))
    except CommandError as error:
        return str(error)
    return ""


def test_the_migrations_make_what_the_models_say(archive):
    assert differences(archive) == ""


def test_a_table_nobody_declared_is_noticed_but_not_those_of_the_search_index(archive):
    with archive.transaction() as tx:
        tx.connection.execute(text("CREATE TABLE search_data (id INTEGER)"))
    assert differences(archive) == ""
    with archive.transaction() as tx:
        tx.connection.execute(text("CREATE TABLE leftover (id INTEGER)"))
    assert "leftover" in differences(archive)


def test_the_newest_migration_is_the_version_the_program_wants(archive):
    with archive.read() as connection:
        assert ScriptDirectory.from_config(configuration(connection)).get_current_head() == LATEST


@pytest.mark.parametrize("table", CONTRACT)
def test_a_table_has_the_columns_promised(archive, table):
    with archive.read() as connection:
        columns = {column["name"] for column in inspect(connection).get_columns(table)}
    assert set(CONTRACT[table].split()) <= columns


def test_the_views_are_those_promised(archive):
    with archive.read() as connection:
        assert sorted(inspect(connection).get_view_names()) == sorted(VIEWS)


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE ledger SET state = 'forgotten'",
        "UPDATE copies SET kind = 'similar'",
        "UPDATE contributors SET role = 'boss'",
        "UPDATE articles SET published_precision = 'year'",
    ],
)
def test_a_word_outside_the_vocabulary_is_refused_by_the_database_itself(archive, file, story, wrong):
    file(story)
    with archive.transaction() as tx:
        tx.discover([Discovery(story.url)], found_on=None, run_id=None, at=story.fetched_at)
    with pytest.raises(IntegrityError, match=re.compile("check", re.IGNORECASE)), archive.transaction() as tx:
        tx.connection.execute(text(wrong))


def test_a_row_cannot_point_to_nothing(archive):
    with pytest.raises(IntegrityError), archive.transaction() as tx:
        tx.connection.execute(metadata.tables["source_aliases"].insert().values(alias="无主", source_id=99))
