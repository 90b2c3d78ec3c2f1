"""One address an article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.urls import Site, canonical_url, identity_of

PAGE = "https://www.qinghe.example/news/index.html"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("66.html", "https://www.qinghe.example/news/66.html"),
        ("/news/66.html#text", "https://www.qinghe.example/news/66.html"),
        (" /news/\n66.html ", "https://www.qinghe.example/news/66.html"),
        ("\\news\\66.html", "https://www.qinghe.example/news/66.html"),
        ("//WWW.Qinghe.Example//news//66.html", "https://www.qinghe.example/news/66.html"),
        ("HTTP://www.qinghe.example.:80/news/./a/../66.html", "http://www.qinghe.example/news/66.html"),
        ("https://www.qinghe.example:443", "https://www.qinghe.example/"),
        ("https://www.qinghe.example:8443/", "https://www.qinghe.example:8443/"),
        ("/news/index.html", "https://www.qinghe.example/news/"),
        ("/news/index.html?3", "https://www.qinghe.example/news/"),
        ("/news/index_2.html?2", "https://www.qinghe.example/news/index_2.html"),
        ("/index.php", "https://www.qinghe.example/"),
        ("/index.php?id=3", "https://www.qinghe.example/index.php?id=3"),
        ("/index_1.html", "https://www.qinghe.example/index_1.html"),
        ("66.html?from=timeline&isappinstalled=0", "https://www.qinghe.example/news/66.html"),
        ("66.html?utm_source=wx&utm_medium=mp&spm=1.2", "https://www.qinghe.example/news/66.html"),
        ("list.php?from=2026-03-01", "https://www.qinghe.example/news/list.php?from=2026-03-01"),
        ("show.php?PHPSESSID=ab12&id=66", "https://www.qinghe.example/news/show.php?id=66"),
        ("66.html;jsessionid=AB12.node1", "https://www.qinghe.example/news/66.html"),
        ("show.php?sid=0123456789abcdef0123&id=66", "https://www.qinghe.example/news/show.php?id=66"),
        ("show.php?sid=5&id=66", "https://www.qinghe.example/news/show.php?id=66&sid=5"),
        ("/e/action/ListInfo/?page=0&classid=3", "https://www.qinghe.example/e/action/ListInfo/?classid=3"),
        (
            "/e/action/ListInfo/?page=1&classid=3",
            "https://www.qinghe.example/e/action/ListInfo/?classid=3&page=1",
        ),
        ("/三农/春耕.html", "https://www.qinghe.example/%E4%B8%89%E5%86%9C/%E6%98%A5%E8%80%95.html"),
        ("/%e4%b8%89.html", "https://www.qinghe.example/%E4%B8%89.html"),
    ],
)
def test_spellings_of_one_address(written, canonical):
    assert canonical_url(written, base=PAGE) == canonical


@pytest.mark.parametrize(
    "written",
    [
        "javascript:;",
        "mailto:a@qinghe.example",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://",
        "http://[bad/",
        "http://www.qinghe.example:x/",
        "http://www.qinghe.example:99999/",
        "http://admin@www.qinghe.example/",
        "http://www.qinghe.example@evil.example/",
    ],
)
def test_what_is_no_address_of_a_page(written):
    with pytest.raises(ValueError, match=r".+"):
        canonical_url(written, base=PAGE)


PIECES = [
    *(
        "/",
        "//",
        ".",
        "..",
        "/../",
        "?",
        "&",
        "=",
        "#",
        "@",
        "\\",
        "%",
        "+",
        " ",
        ";",
        "3",
        "新闻",
        "%2e%2E",
        "%zz",
    ),
    *(
        "index.html",
        "default.aspx",
        "index.php",
        "66.html",
        "/e/action/",
        "http://",
        "http://www.qinghe.example",
        ":80",
    ),
    *(
        "utm_source=1",
        "from=timeline",
        "from",
        "page=0",
        "PHPSESSID=a",
        ";jsessionid=1",
        "sid=0123456789abcdef",
    ),
]
WRITTEN = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


@given(WRITTEN)
def test_canonical_twice_is_canonical_once(written):
    try:
        once = canonical_url(written, base=PAGE)
    except ValueError:
        return
    assert canonical_url(once) == once
    assert canonical_url(once, base="http://other.example/x/") == once


@given(WRITTEN)
def test_the_site_maps_every_address_of_its_own_to_one_origin(written):
    site = Site.of("https://www.qinghe.example/")
    try:
        once = site.to_site(written)
    except ValueError:
        return
    assert site.to_site(once) == once
    assert site.same_site(once) == once.startswith("https://www.qinghe.example/")


def test_identity_of_dynamic_and_rewritten_addresses():
    assert identity_of("http://www.qinghe.example/e/action/ShowInfo.php?classid=3&id=66&page=1") == (
        "3",
        "66",
    )
    assert identity_of("http://www.qinghe.example/showinfo-3-66-0.html") == ("3", "66")
    assert identity_of("http://www.qinghe.example/news/66.html") is None
    assert identity_of("http://www.qinghe.example/show.php?classid=x&id=66") is None


@pytest.mark.parametrize(
    ("url", "mapped"),
    [
        ("http://qinghe.example/news/66.html", "https://www.qinghe.example/news/66.html"),
        ("https://qinghe.example:443/", "https://www.qinghe.example/"),
        ("http://party.qinghe.example/1.html", "https://party.qinghe.example/1.html"),
        ("http://old.qinghe.example:8080/1.html", "http://old.qinghe.example:8080/1.html"),
        ("http://www.qinghe.example:8080/1.html", None),
        ("http://bbs.qinghe.example/1.html", None),
        ("http://qinghe.example.evil.example/", None),
        ("ftp://www.qinghe.example/", None),
    ],
)
def test_twins_are_one_site_and_one_address(url, mapped):
    site = Site.of(
        "https://www.qinghe.example/index.html", ["party.qinghe.example", "http://old.qinghe.example:8080"]
    )
    assert site.same_site(url) is (mapped is not None)
    if mapped:
        assert site.to_site(url) == mapped


def test_an_address_of_another_site_stays_where_it_is():
    site = Site.of("http://www.qinghe.example")
    assert site.to_site("https://paper.liuan.example/8.html#p") == "https://paper.liuan.example/8.html"
    assert site.to_site("/news/index.html") == "http://www.qinghe.example/news/"
    assert site.host == "www.qinghe.example"


def test_a_site_on_a_port_of_its_own():
    site = Site.of("http://127.0.0.1:8000/")
    assert site.same_site("http://127.0.0.1:8000/news/")
    assert not site.same_site("http://127.0.0.1:8001/news/")
    assert not site.same_site("http://127.0.0.1/news/")
