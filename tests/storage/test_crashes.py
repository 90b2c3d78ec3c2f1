"""Kills, power cuts and two programs at once."""

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

import storage
from storage.archive import Archive
from storage.ledger import Discovery
from storage.schema import VIEWS

ROOT = Path(storage.__file__).parents[1]

KILLED = -signal.SIGKILL


def start(code, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment)


DIE_IN_MIGRATION = """
import os, signal, sys
from storage import schema
from storage.archive import Archive
def die(connection):
    os.kill(os.getpid(), signal.SIGKILL)
schema._view_statements = die
Archive.open(sys.argv[1])
"""


def test_killed_in_a_migration_the_database_is_as_before_and_the_next_start_finishes(archive_url):
    assert start(DIE_IN_MIGRATION, archive_url).wait() == KILLED
    with Archive.open(archive_url) as archive, archive.read() as connection:
        for view in VIEWS:
            connection.execute(text(f"SELECT * FROM {view}"))


DIE_WHILE_FILING = """
import os, signal, sys
from datetime import datetime, timezone
from storage.archive import Archive
from storage.article import Article
from storage.ledger import Discovery
now = datetime.now(timezone.utc)
url = "http://news.example/1.html"
said = {"title": "一", "body": "", "content_hash": "1", "rule_version": "1"}
article = Article(site="news.example", url=url, fetched_at=now, **said)
with Archive.open(sys.argv[1]) as archive, archive.transaction() as tx:
    tx.discover([Discovery(url + "?next")], found_on=url, run_id=None, at=now)
    tx.file(tx.match(article), run_id=None)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_while_filing_a_page_nothing_of_it_is_there(archive_url, archive):
    assert start(DIE_WHILE_FILING, archive_url).wait() == KILLED
    with archive.read() as connection:
        for table in ("articles", "copies", "revisions", "ledger"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


FILE_MANY = """
import sys
from datetime import datetime, timezone
from storage.archive import Archive
from storage.article import Article
from storage.ledger import Discovery
now = datetime.now(timezone.utc)
url, name = sys.argv[1:]
def page(path, title):
    said = {"title": title, "body": "", "content_hash": title, "source": "山乡金融报", "rule_version": "1"}
    return Article(site="news.example", url=f"http://news.example/{path}", fetched_at=now, **said)
with Archive.open(url) as archive:
    for number in range(40):
        # One page only this writer meets, and one all of them meet at once.
        for article in (page(f"{name}/{number}", f"{name}{number}"), page(f"all/{number}", f"all{number}")):
            with archive.transaction() as tx:
                tx.discover([Discovery(article.url)], found_on=None, run_id=None, at=now)
                filing = tx.match(article)
                tx.file(filing, run_id=None)
                tx.close(article.url, "stored", filing.kind, run_id=None)
"""


def test_writers_at_once_make_one_archive_lose_nothing_and_file_nothing_twice(archive_url):
    writers = [start(FILE_MANY, archive_url, name) for name in ("east", "west")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    with Archive.open(archive_url) as archive, archive.read() as connection:
        for table, count in (("articles", 120), ("copies", 120), ("revisions", 120), ("sources", 1)):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == count, table
        ended = connection.execute(text("SELECT state, attempts, count(*) FROM ledger GROUP BY 1, 2"))
        assert [tuple(row) for row in ended] == [("stored", 1, 120)]


def test_a_log_cut_anywhere_by_a_power_failure_leaves_whole_pages(tmp_path, story):
    path = tmp_path / "archive.db"
    with Archive.open(f"sqlite:///{path}") as archive:
        for number in range(12):
            page = replace(
                story, url=f"{story.url}?{number}", title=f"{number}", content_hash=f"{number}", identity=None
            )
            with archive.transaction() as tx:
                tx.discover([Discovery(page.url)], found_on=None, run_id=None, at=page.fetched_at)
                tx.file(tx.match(page), run_id=None)
                tx.close(page.url, "stored", "new", run_id=None)
        log = tmp_path / "archive.db-wal"
        sizes = [log.stat().st_size * part // 17 for part in range(18)]
        whole = [_pages_after_cut(path, log, size, tmp_path / f"cut-{size}") for size in sizes]
    assert whole == sorted(whole)
    assert whole[-1] == 12


def _pages_after_cut(path, log, size, folder):
    folder.mkdir()
    shutil.copy(path, folder)
    (folder / log.name).write_bytes(log.read_bytes()[:size])
    with Archive.open(f"sqlite:///{folder / path.name}") as archive, archive.read() as connection:
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        stored = connection.scalar(text("SELECT count(*) FROM articles"))
        assert connection.scalar(text("SELECT count(*) FROM ledger WHERE state = 'stored'")) == stored
        return stored
