"""What a page is read as, and what stays of the page behind it."""

import gc
import weakref

import pytest
from invented import FETCHED, FIRST, URL, plain

from crawler.pages.reading import Reader, Received
from pipelines.urls import Site

MENU = '<a href="/yaowen/">农商要闻</a>'


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    ("markup", "kind"), [(plain(f"<p>{FIRST}</p>"), "article"), (MENU, "other")], ids=["article", "other"]
)
@pytest.mark.usefixtures("no_collector")
def test_a_page_is_let_go_as_soon_as_nobody_asks_it_more(markup, kind):
    reading = Reader(Site.of(URL)).read(Received(markup.encode(), URL, FETCHED))
    assert reading.kind == kind
    page = weakref.ref(reading.page)
    del reading
    assert page() is None
