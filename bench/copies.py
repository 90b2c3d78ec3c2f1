"""One story, many copies: what is found, what is kept apart, and at which cost."""

import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.corpus import EDITS, LOOKALIKES, Text, corpus
from bench.result import Result
from pipelines.fingerprint import Fingerprint, content_hash
from storage.archive import Archive
from storage.article import Article
from storage.models import copies

ORIGINALS = 2000
OF_EACH = 400
START = datetime(2026, 3, 2, tzinfo=UTC)


def article(number: int, text: Text) -> Article:
    """What the archive is given of a text of the newsroom."""
    return Article(
        site="bench.example",
        url=f"http://bench.example/{number}.html",
        title=text.title,
        body=text.body,
        content_hash=content_hash(text.body),
        fetched_at=START + timedelta(minutes=number),
        published_at=START + timedelta(minutes=number),
        rule_version="bench",
        fingerprint=Fingerprint(text.title, text.body),
    )


def file_all(archive: Archive, articles: Iterable[Article]) -> None:
    """File articles as a run does, each in a transaction of its own."""
    for one in articles:
        with archive.transaction() as tx:
            tx.file(tx.match(one), run_id=None)


def stories(archive: Archive) -> dict[str, int]:
    """The story of each address."""
    with archive.read() as connection:
        return {row.url: row.article_id for row in connection.execute(select(copies.c.url, copies.c.article_id))}


class Score:
    """How the stories found compare with those written."""

    def __init__(self, texts: Sequence[Text], story_of: Sequence[int]) -> None:
        home = {text.story: story_of[i] for i, text in enumerate(texts) if text.kind == "original"}
        self.recall: dict[str, float] = {}
        for edit in EDITS:
            found = [story_of[i] == home[text.story] for i, text in enumerate(texts) if text.kind == edit]
            self.recall[edit] = sum(found) / len(found)
        self.overall = sum(self.recall.values()) / len(self.recall)
        written = defaultdict(list)
        for i, text in enumerate(texts):
            written[story_of[i]].append(text)
        pairs = [(a, b) for group in written.values() for k, a in enumerate(group) for b in group[:k]]
        self.precision = sum(a.story == b.story for a, b in pairs) / (len(pairs) or 1)
        self.merged = sum(
            text.kind in LOOKALIKES and any(other.story != text.story for other in group)
            for group in written.values()
            for text in group
        )


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start
