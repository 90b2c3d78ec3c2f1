"""The machine dies while a response is kept: at whatever instant, the next start finds a sound archive."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import func, select

import storage.warc
from storage.archive import Archive
from storage.captures import Keeper, settle
from storage.models import captures
from storage.soundness import problems
from tests.storage.conftest import NOW

KEPT = 3
PAGE = b"<html>the bytes of a page</html>"


class Dies(BaseException):
    """What no handler of ours takes for an error."""


def keep(archive, folder, run_id, numbers):
    keeper = Keeper(archive, folder, run_id, {"run": run_id, "started_at": NOW.isoformat()})
    for number in numbers:
        url, at = f"http://news.example/{number}.html", NOW + timedelta(seconds=number)
        keeper.keep(url, at, 200, [(b"Content-Type", b"text/html")], PAGE + b"%d" % number)
    keeper.close()


def wrong_with(archive, folder) -> list[str]:
    with archive.read() as connection:
        return [found.what for found in problems(connection, folder) if not found.harmless]


class Countdown:
    """Dies at the call of that number, before or in the middle of what it stands for."""

    def __init__(self, calls, original, *, half=False):
        self.left, self.original, self.half = calls, original, half

    def __call__(self, *arguments):
        self.left -= 1
        if self.left < 0:
            if self.half:
                file, stored = arguments
                self.original(file, stored[: len(stored) // 2])
            raise Dies
        return self.original(*arguments)


TARGETS = {
    "mid-record": (storage.warc, "_write_all"),
    "before-disk": (storage.warc.os, "fsync"),
    "before-row": (Archive, "transaction"),
}


@pytest.fixture
def dies_at(monkeypatch):
    """Arm a death at an instant, after it was lived through so many times."""

    @contextmanager
    def armed(instant, calls):
        owner, name = TARGETS[instant]
        countdown = Countdown(calls, getattr(owner, name), half=instant == "mid-record")
        with monkeypatch.context() as patched:
            # a function, so that a class binds it to its objects
            patched.setattr(owner, name, lambda *arguments: countdown(*arguments))  # noqa: PLW0108
            yield

    return armed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the dead close no files
@pytest.mark.parametrize("moment", list(product(TARGETS, range(KEPT + 1))), ids=str)
def test_the_next_start_takes_off_what_has_no_row(archive, run_id, tmp_path, dies_at, moment):
    with dies_at(*moment), pytest.raises(Dies):
        keep(archive, tmp_path, run_id, range(KEPT))
    settle(archive, tmp_path)
    assert not wrong_with(archive, tmp_path)
    again = archive.begin_run("nongshang", "incremental", NOW, "http://news.example/")
    keep(archive, tmp_path, again, range(KEPT))
    assert not wrong_with(archive, tmp_path)
    with archive.read() as connection:
        assert connection.scalar(select(func.count(captures.c.url.distinct()))) == KEPT
