"""Filing the invented newsroom in an archive, and counting what was found there."""

import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from bench.corpus import Text
from pipelines.fingerprint import Fingerprint, content_hash
from storage.archive import Archive
from storage.article import Article
from storage.models import copies

START = datetime(2026, 3, 2, tzinfo=UTC)


@contextmanager
def new_archive() -> Iterator[Archive]:
    """An empty archive, gone afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.open(f"sqlite:///{Path(folder) / 'a.db'}") as archive,
    ):
        yield archive


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


def file_all(archive: Archive, articles: Iterable[Article], *, at_once: int = 1) -> None:
    """File articles: as a run does, each in a transaction of its own, or several at once."""
    left = iter(articles)
    while batch := list(islice(left, at_once)):
        with archive.transaction() as tx:
            for one in batch:
                tx.file(tx.match(one), run_id=None)


def stories(archive: Archive) -> dict[str, int]:
    """The story of each address."""
    with archive.read() as connection:
        query = select(copies.c.url, copies.c.article_id)
        return {row.url: row.article_id for row in connection.execute(query)}


class Score:
    """How the stories found compare with those written."""

    def __init__(self, texts: Sequence[Text], story_of: Sequence[int]) -> None:
        home = {text.story: story_of[i] for i, text in enumerate(texts) if text.kind == "original"}
        found = defaultdict(list)
        written = defaultdict(list)
        for text, story in zip(texts, story_of, strict=True):
            written[story].append(text)
            if text.kind != "original" and text.story in home:
                found[text.kind].append(story == home[text.story])
        self.recall = {kind: sum(hits) / len(hits) for kind, hits in found.items()}
        self.overall = sum(self.recall.values()) / len(self.recall)
        pairs = [(a, b) for group in written.values() for k, a in enumerate(group) for b in group[:k]]
        self.precision = sum(a.story == b.story for a, b in pairs) / (len(pairs) or 1)
        self.merged = Counter(
            text.kind
            for group in written.values()
            for text in group
            if text.story not in home and any(other.story != text.story for other in group)
        )
        """Look-alikes, by kind, that went into a story not their own."""


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start
