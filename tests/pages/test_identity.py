"""One article under many addresses is one article."""

import pytest
from invented import FIRST, URL, Reader, plain, stock


def test_page_states_its_own_address(read: Reader) -> None:
    dynamic = "http://bank.example/e/action/ShowInfo.php?classid=7&id=5"
    assert read(stock(f"<p>{FIRST}</p>"), url=dynamic).url == URL


@pytest.mark.parametrize("stated", ["http://bank.example/", "http://other.example/5.html", "/index.html"])
def test_address_that_is_the_home_page_or_elsewhere_is_not_believed(read: Reader, stated: str) -> None:
    page = plain(f"<p>{FIRST}</p>").replace("<head>", f'<head><link rel="canonical" href="{stated}">')
    assert read(page).url == URL


def test_counters_of_other_articles_give_no_identity(read: Reader) -> None:
    counters = "".join(f'<script src="/e/public/ViewClick/?classid=7&id={key}"></script>' for key in (8, 9))
    assert read(plain(f"<p>{FIRST}</p>", after=counters)).identity is None
