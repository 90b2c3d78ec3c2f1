"""A story taken out at somebody's request, in either database and in the captures."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from storage.archive import Archive
from storage.captures import Keeper, place_of
from storage.models import articles, captures, removals, warc_files
from storage.removal import remove, sweep
from storage.soundness import problems
from storage.warc import scan, stored_bytes, unpack
from tests.storage.conftest import NOW

PAGE = "<html><body>果园里的服务站</body></html>".encode()


@pytest.fixture
def kept(archive, run_id, story, tmp_path):
    """Two stories filed, each with its page kept; gives the folder and the story to go."""
    folder = tmp_path / "captures"
    folder.mkdir()
    keeper = Keeper(archive, folder, run_id, {"run": run_id})
    other = replace(
        story,
        url="http://news.example/village/2026-02-28/813.html",
        title="另一篇",
        body="另一件事。",
        identity=None,
    )
    for each in (story, other):
        for _ in range(2):  # the second is kept as a reference to the first
            number = keeper.keep(each.url, NOW, 200, [], PAGE + each.url.encode())
        with archive.transaction() as tx:
            read = replace(each, capture_id=number)
            tx.file(tx.match(read), run_id=run_id, capture_id=number)
    keeper.close()
    return folder


def number_of(archive: Archive, url: str) -> int:
    with archive.read() as connection:
        return connection.scalars(select(articles.c.id).where(articles.c.url == url)).one()


def test_a_story_goes_and_its_neighbour_stays(archive, kept, story):
    done = remove(archive, kept, number_of(archive, story.url), why="letter", at=NOW)
    assert (done.urls, done.captures, done.left) == ((story.url,), 2, ())
    with archive.read() as connection:
        assert connection.scalars(select(articles.c.title)).all() == ["另一篇"]
        assert connection.scalars(select(removals.c.url)).all() == [story.url]
        assert connection.scalar(select(func.count()).select_from(captures)) == 2
        for row in connection.execute(select(captures)):
            assert unpack(stored_bytes(kept, place_of(row))).url == row.url
        (file,) = connection.scalars(select(warc_files.c.name))
        damage = [
            each.what for each in problems(connection, kept) if "damaged" in each.what or file in each.what
        ]
    assert damage == []
    bodies = b"".join(record.body for _, record in scan(kept / file))
    assert story.url.encode() not in bodies


def test_a_story_met_again_elsewhere_is_swept_out_of_the_captures(archive, kept, story, run_id):
    remove(archive, kept, number_of(archive, story.url), why="letter", at=NOW)
    keeper = Keeper(archive, kept, run_id, {"run": run_id})
    keeper.keep(story.url, NOW, 200, [], PAGE)
    keeper.close()
    sweep(archive, kept, NOW)
    with archive.read() as connection:
        assert connection.scalars(select(captures.c.url).where(captures.c.url == story.url)).all() == []


def test_a_capture_that_is_out_of_reach_is_named_and_tried_again(archive, kept, story, tmp_path):
    kept.rename(tmp_path / "elsewhere")
    done = remove(archive, kept, number_of(archive, story.url), why="letter", at=NOW)
    assert (done.captures, len(done.left)) == (0, 1), "the second only refers to the first"
    sweep(archive, tmp_path / "elsewhere", NOW)
    with archive.read() as connection:
        assert connection.scalar(select(func.count()).select_from(captures)) == 2


def test_an_archive_written_anew_can_be_written_to_again(archive, file, rows, story):
    file(story)
    archive.leave_no_trace()
    file(replace(story, body="改过一次。", content_hash="6e2d1b"))
    assert rows("SELECT body FROM articles") == [("改过一次。",)]
