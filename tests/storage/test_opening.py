"""What happens at the door: making, opening, refusing."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

import storage
from storage import postgresql, sqlite
from storage.archive import Archive
from storage.errors import ArchiveBusy, ArchiveError, ArchiveFull

ROOT = Path(storage.__file__).parents[1]


def refusal(url, **how):
    """The one line an operator sees."""
    with pytest.raises(ArchiveError) as raised:
        Archive.open(url, **how)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_the_folder_of_a_new_archive_is_made(tmp_path):
    Archive.open(f"sqlite:///{tmp_path}/data/new/archive.db").close()
    assert (tmp_path / "data/new/archive.db").exists()


def test_a_closed_archive_is_one_file(tmp_path):
    Archive.open(f"sqlite:///{tmp_path}/archive.db").close()
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]


def test_a_path_may_hold_anything_a_file_name_can(tmp_path):
    path = tmp_path / "农商 档案 50% #1.db"
    Archive.open(f"sqlite:///{path}").close()
    assert path.exists()


@pytest.mark.parametrize("how", [{"create": False}, {"read_only": True}])
def test_a_missing_archive_is_made_only_when_asked_for(tmp_path, how):
    path = tmp_path / "missing" / "archive.db"
    assert refusal(f"sqlite:///{path}", **how) == f"{path}: there is no archive here"
    assert not path.parent.exists()


@pytest.mark.parametrize("how", [{"create": False}, {"read_only": True}])
def test_an_empty_database_is_no_archive_until_one_is_made(archive_url, how):
    assert refusal(archive_url, **how).endswith("there is no archive here")
    Archive.open(archive_url).close()
    Archive.open(archive_url, **how).close()


def test_a_newer_archive_is_refused_and_both_versions_named(archive_url, archive):
    with archive.transaction() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0417'"))
    assert "version 0417 is newer than this program's 0002: update nongshang" in refusal(archive_url)


def test_an_older_archive_is_not_changed_by_looking(archive_url, archive):
    with archive.transaction() as tx:
        tx.connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert "version 0000 is older than this program's 0002" in refusal(archive_url, read_only=True)


def test_somebody_elses_database_is_left_alone(archive_url, archive):
    with archive.transaction() as tx:
        tx.connection.execute(text("DROP TABLE alembic_version"))
    assert "a database, but not a nongshang archive" in refusal(archive_url)


@pytest.mark.usefixtures("archive")
def test_looking_cannot_write(archive_url, story):
    with (
        Archive.open(archive_url, read_only=True) as looking,
        pytest.raises(ArchiveError, match="not writable"),
        looking.transaction() as tx,
    ):
        tx.file(tx.match(story), run_id=None)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("五月的会议记录\n" * 200, encoding="utf-8")
    before = path.read_bytes()
    assert f"{path}: not a nongshang archive" in refusal(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("data/archive.db", "'data/archive.db' is no address; write sqlite:///path/to/archive.db"),
        ("mysql://localhost/news", "an archive lives in SQLite or PostgreSQL, not in mysql"),
        ("sqlite://", "an archive needs a file"),
        ("sqlite:///:memory:", "an archive needs a file"),
        ("sqlite:////tmp", "/tmp: a folder, not a file"),
        ("sqlite:////dev/null/x/archive.db", "the folder can't be made (Not a directory)"),
        ("postgresql://nobody@127.0.0.1:1/none", "the server does not answer"),
    ],
)
def test_an_address_that_leads_nowhere_is_explained(url, problem):
    assert problem in refusal(url)


def test_a_password_is_not_printed():
    assert "geheim" not in refusal("postgresql://reader:geheim@127.0.0.1:1/none")


def run_bound_by_permissions(code, *arguments):
    """Run code for which file permissions hold; the tests may run as root, who is above them."""
    bound = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override"]
    if bound and not shutil.which("setpriv"):
        pytest.skip("root without setpriv can't be bound by file permissions")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [*bound, sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


OPEN_AND_PRINT = """
import sys
from storage.archive import Archive
from storage.errors import ArchiveError
try:
    with Archive.open(sys.argv[1]) as archive, archive.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM runs")
except ArchiveError as error:
    print(error)
"""

OPEN_AND_COUNT = """
import sys
from storage.archive import Archive
with Archive.open(sys.argv[1], read_only=True) as archive, archive.read() as connection:
    print(connection.exec_driver_sql("SELECT count(*) FROM article_list").scalar(), "articles")
"""


def test_a_folder_without_leave_to_write_gets_no_half_made_file(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o555)
    told = run_bound_by_permissions(OPEN_AND_PRINT, f"sqlite:///{folder}/archive.db")
    assert told.stdout.startswith(
        f"{folder}/archive.db: not writable, for lack of permission on {folder}\n"
    ), told.stderr
    assert list(folder.iterdir()) == []


def test_a_file_without_leave_to_write_is_said_to_be_so(tmp_path):
    path = tmp_path / "archive.db"
    Archive.open(f"sqlite:///{path}").close()
    path.chmod(0o444)
    told = run_bound_by_permissions(OPEN_AND_PRINT, f"sqlite:///{path}")
    assert told.stdout.startswith(f"{path}: not writable, for lack of permission on {path}\n"), told.stderr
    assert [found.name for found in tmp_path.iterdir()] == ["archive.db"]


def test_an_archive_in_a_folder_closed_to_writing_can_still_be_read(tmp_path):
    folder = tmp_path / "closed"
    Archive.open(f"sqlite:///{folder}/archive.db").close()
    (folder / "archive.db").chmod(0o444)
    folder.chmod(0o555)
    told = run_bound_by_permissions(OPEN_AND_COUNT, f"sqlite:///{folder}/archive.db")
    folder.chmod(0o755)
    assert told.stdout == "0 articles\n", told.stdout + told.stderr


def test_who_waits_too_long_for_another_writer_is_told(archive_url, archive, monkeypatch, story):
    for database in (sqlite, postgresql):
        monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    with Archive.open(archive_url) as second, archive.transaction() as tx:
        tx.file(tx.match(story), run_id=None)
        with (
            pytest.raises(ArchiveBusy, match="another program has been writing for too long"),
            second.transaction(),
        ):
            pass


def test_an_analyst_who_looks_for_hours_holds_up_no_writer_and_sees_one_state(archive_url, file, story):
    with Archive.open(archive_url, read_only=True) as looking, looking.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM articles")) == 0
        file(story)
        assert connection.scalar(text("SELECT count(*) FROM articles")) == 0
    with Archive.open(archive_url, read_only=True) as looking, looking.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM articles")) == 1


def test_a_full_disk_stops_the_page_and_keeps_what_was_there(tmp_path, story):
    endless = replace(story, body="一行字" * 100_000)
    with Archive.open(f"sqlite:///{tmp_path}/archive.db") as archive:
        with archive.transaction() as tx:
            # The limit of SQLite itself gives the very error of a full disk.
            tx.connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(ArchiveFull, match="the disk is full"), archive.transaction() as tx:
            tx.file(tx.match(endless), run_id=None)
        with archive.read() as connection:
            assert connection.scalar(text("SELECT count(*) FROM articles")) == 0
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
