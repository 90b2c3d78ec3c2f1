import pytest
from invented import FETCHED, URL, Reader

from crawler.pages.article import read_article
from crawler.pages.document import Document
from pipelines.items import RawArticle


@pytest.fixture
def read() -> Reader:
    def read_page(markup: str | bytes, url: str = URL, charset: str | None = None) -> RawArticle:
        body = markup.encode() if isinstance(markup, str) else markup
        return read_article(Document.parse(body, url=url, charset=charset), fetched_at=FETCHED)

    return read_page
