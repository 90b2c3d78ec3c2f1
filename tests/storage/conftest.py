"""An empty archive in each database, and articles to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.archive import Archive
from storage.article import Article, Attachment, Contributor, Provenance
from tests.postgresql import schema

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def archive_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'archive.db'}"
        return
    with schema() as url:
        yield url


@pytest.fixture
def archive(archive_url: str) -> Iterator[Archive]:
    with Archive.open(archive_url) as opened:
        yield opened


@pytest.fixture
def run_id(archive: Archive) -> int:
    return archive.begin_run("nongshang", "incremental", NOW, "http://news.example/")


@pytest.fixture
def story() -> Article:
    """An article with every field stated."""
    paragraph = "柳溪农商银行把信贷服务站开进了果园，今年已为三百户果农发放贷款一千二百万元。"
    return Article(
        site="news.example",
        url="http://news.example/village/2026-02-27/812.html",
        section="乡村故事/果园",
        kicker="春耕一线",
        title="果园里的服务站",
        subtitle="——柳溪农商银行支农侧记",
        body="\n".join([paragraph] * 8),
        content_hash="5f1c0a",
        published_at=datetime(2026, 2, 27, 9, 41, 28, tzinfo=UTC) - timedelta(hours=8),
        published_precision="second",
        published_raw="2026-02-27 09:41:28",
        modified_at=NOW - timedelta(days=1),
        source="山乡金融报",
        source_raw="《山乡金融报》",
        byline_raw="时间：2026-02-27 09:41:28　来源：《山乡金融报》　点击：17",
        contributors=(
            Contributor("沈未", "author", "作者", "柳溪农商银行办公室"),
            Contributor("唐小舟", "photographer", "摄影"),
        ),
        attachments=(Attachment("image", "http://news.example/d/file/812.jpg", "果园里的服务站"),),
        identity=("14", "812"),
        provenance={"source": Provenance("label:来源", "《山乡金融报》", 0.9)},
        fetched_at=NOW,
        rule_version="1",
    )


File = Callable[[Article], int]


@pytest.fixture
def file(archive: Archive, run_id: int) -> File:
    """Match and file an article in a transaction of its own."""

    def file_one(article: Article) -> int:
        with archive.transaction() as tx:
            return tx.file(tx.match(article), run_id=run_id)

    return file_one


Rows = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def rows(archive: Archive) -> Rows:
    """The rows a query gives."""

    def fetch(query: str) -> list[tuple[object, ...]]:
        with archive.read() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    return fetch
