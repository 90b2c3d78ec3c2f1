"""An archive moved into another database is the same archive."""

import pytest
from sqlalchemy import select

from storage.archive import Archive
from storage.copying import copy_archive
from storage.errors import ArchiveError
from storage.models import metadata


def contents(archive):
    with archive.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=lambda row: str(row[:2]))
            for table in metadata.sorted_tables
        }


@pytest.fixture
def filled(tmp_path, story):
    """An archive in SQLite with one story and one refused page."""
    with Archive.open(f"sqlite:///{tmp_path / 'filled.db'}") as archive:
        run_id = archive.begin_run("nongshang", "incremental", story.fetched_at)
        with archive.transaction() as tx:
            tx.file(tx.match(story), run_id=run_id)
            tx.reject(
                "http://news.example/x",
                stage="read",
                reason="no-body",
                detail="空页",
                seen_at=story.fetched_at,
                run_id=run_id,
            )
        yield archive


def test_every_row_arrives_in_either_database(filled, archive):
    counts = copy_archive(filled, archive)
    assert counts["articles"] == counts["rejections"] == 1
    assert contents(archive) == contents(filled)


def test_the_copy_goes_on_where_the_original_stood(filled, archive):
    copy_archive(filled, archive)
    with filled.read() as connection:
        last = max(connection.scalars(select(metadata.tables["runs"].c.id)))
    assert archive.begin_run("nongshang", "incremental", next(iter(sighting(filled)))) == last + 1


def sighting(archive):
    with archive.read() as connection:
        return list(connection.scalars(select(metadata.tables["articles"].c.first_seen_at)))


def test_an_archive_that_holds_something_is_left_alone(filled, archive):
    copy_archive(filled, archive)
    before = contents(archive)
    with pytest.raises(ArchiveError, match="already"):
        copy_archive(filled, archive)
    assert contents(archive) == before
