"""Which pages are read again: found in time that grows with their number, not with its square."""

from dataclasses import replace

import pytest

from storage.article import Capture, Filing
from storage.rereading import kept_readings


def file_pages(archive, run_id, story, numbers):
    with archive.transaction() as tx:
        for number in numbers:
            url = f"http://news.example/{number}.html"
            capture = Capture(url, story.fetched_at, 200, "d", "a.warc.gz", number, 1, f"sha1:{number}", None)
            capture_id = tx.keep(capture, run_id=run_id)
            article = replace(story, url=url, capture_id=capture_id, identity=None)
            tx.file(Filing(article, "new"), run_id=run_id, capture_id=capture_id)


def test_every_address_is_read_again_from_the_capture_it_was_last_read_from(archive, run_id, story):
    file_pages(archive, run_id, story, range(3))
    with archive.transaction() as tx:
        again = Capture(
            "http://news.example/1.html", story.fetched_at, 200, "d", "a.warc.gz", 9, 1, "sha1:9", None
        )
        capture_id = tx.keep(again, run_id=run_id)
        changed = replace(story, url=again.url, capture_id=capture_id, title="另一个标题", identity=None)
        tx.file(tx.match(changed), run_id=run_id, capture_id=capture_id)
    with archive.read() as connection:
        found = [(reading.page.url[-6:], reading.page.capture_id) for reading in kept_readings(connection)]
    assert found == [("0.html", 1), ("2.html", 3), ("1.html", 4)]


def steps(archive) -> int:
    """What the database has to do to find all pages."""
    done = []
    with archive.read() as connection:
        connection.connection.driver_connection.set_progress_handler(lambda: done.append(1), 100)
        for _ in kept_readings(connection):
            pass
        connection.connection.driver_connection.set_progress_handler(None, 0)
    return len(done)


@pytest.mark.parametrize("archive_url", ["sqlite"], indirect=True)
def test_four_times_the_pages_are_four_times_the_work(archive, run_id, story):
    file_pages(archive, run_id, story, range(50))
    few = steps(archive)
    file_pages(archive, run_id, story, range(50, 200))
    assert steps(archive) < 8 * few
