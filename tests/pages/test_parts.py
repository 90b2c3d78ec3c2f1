"""An article on several pages is one article."""

import pytest
from invented import FIRST, LAST, SECOND, Reader, body_of, plain

from crawler.pages.parts import join_parts

HERE = "http://bank.example/yaowen/61.html"


def paged(content: str, pager: str) -> str:
    return plain(f'{content}<p class="zz">{pager}</p>')


@pytest.mark.parametrize(
    ("pager", "follows"),
    [
        (
            '<b>1</b> <a href="61_2.html">2</a> <a href="61_2.html">下一页</a>',
            "http://bank.example/yaowen/61_2.html",
        ),
        ('<a href="/yaowen/61_2.html">2</a>', "http://bank.example/yaowen/61_2.html"),
        ('<a href="/yaowen/61-2.html">后页</a>', "http://bank.example/yaowen/61-2.html"),
        (
            '<select><option value="/yaowen/61_2.html?2">2</option></select>',
            "http://bank.example/yaowen/61_2.html",
        ),
        ('<a href="62.html">下一页</a>', None),
        ('<a href="61.html">上一页</a>', None),
        ('<a href="http://other.example/yaowen/61_2.html">下一页</a>', None),
        ("", None),
    ],
)
def test_next_part_is_told_by_its_address(read: Reader, pager: str, follows: str | None) -> None:
    assert read(paged(f"<p>{FIRST}</p><p>{SECOND}</p>", pager), url=HERE).next_part == follows


def test_last_part_does_not_lead_back_to_the_first(read: Reader) -> None:
    pager = '<a href="61.html">1</a> <a href="61_2.html">2</a> <b>3</b> <a href="61.html">下一页</a>'
    part = read(paged(f"<p>{FIRST}</p>", pager), url="http://bank.example/yaowen/61_3.html")
    assert part.next_part is None


def test_dynamic_page_goes_on_at_the_next_page_number(read: Reader) -> None:
    here = "http://bank.example/e/action/ShowInfo.php?classid=7&id=61"
    part = read(
        paged(f"<p>{FIRST}</p>", '<a href="ShowInfo.php?classid=7&id=61&page=1">下一页</a>'), url=here
    )
    assert part.next_part == here + "&page=1"
    assert part.identity == ("7", "61")


def test_pager_of_the_comments_is_not_the_articles(read: Reader) -> None:
    comments = '<div class="comments"><a href="?page=2">下一页</a></div>'
    assert read(plain(f"<p>{FIRST}</p>", after=comments), url=HERE + "?page=1").next_part is None


def test_parts_are_joined_without_what_each_repeats(read: Reader) -> None:
    lead, foot = "<p>编者按：春耕时节，本报推出系列报道。</p>", "<p>（责任编辑：冯小禾）</p>"
    first = read(paged(f"{lead}<p>{FIRST}</p>{foot}", '<a href="61_2.html">下一页</a>'), url=HERE)
    second = read(paged(f"{lead}<p>{SECOND}</p><p>{LAST}</p>{foot}", ""), url=HERE.replace("61", "61_2"))
    whole = join_parts(first, second)
    assert body_of(whole) == [
        "编者按：春耕时节，本报推出系列报道。",
        FIRST,
        SECOND,
        LAST,
        "（责任编辑：冯小禾）",
    ]
    assert (whole.url, whole.partial, whole.next_part) == (HERE, False, None)


def test_article_with_a_part_missing_is_partial(read: Reader) -> None:
    first = read(paged(f"<p>{FIRST}</p>", '<a href="61_2.html">下一页</a>'), url=HERE)
    assert join_parts(first).partial
