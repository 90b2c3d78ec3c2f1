"""What links are taken for: articles are followed, traps are named."""

import pytest
from lxml import html

from crawler.pages.links import Link, classify, links_of
from pipelines.urls import Site

ORIGIN = "http://www.qinghe.example"
SITE = Site.of(f"{ORIGIN}/", hosts=["party.qinghe.example"])


def verdict(address, text=""):
    url = address if "://" in address else ORIGIN + address
    return classify(Link(url, text), SITE)


@pytest.mark.parametrize(
    "address",
    [
        "/news/china/2026-03-10/66.html",
        "/news/66.html",
        "/news/202603/f4feed0c9b1d4b7a8e2f30c1d2e3f4a5.html",
        "/news/66/",
        "/news/2026-03-10/chungengdaikuan.shtml",
        "/comment/2026-03-10/66.html",
        "/member/12.html",
        "/e/66.html",
        "/e/action/ShowInfo.php?classid=3&id=66",
        "/e/action/ShowInfo/?classid=3&id=66&page=1",
        "/showinfo-3-66-0.html",
        "/index.php?m=content&c=index&a=show&catid=9&id=77",
        "/index.php?s=/news/show/id/12.html",
        "/view.asp?id=12",
        "/news/show.php?id=66&from=hot",
        "/news/2026-03-10/66.php",
        "/plus/view.php?aid=12",
        "/html/2026-03/10/content_123.htm",
        "http://party.qinghe.example/2026/66.html",
    ],
)
def test_articles(address):
    assert verdict(address).kind == "article"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/news/",
        "/news",
        "/news/index_2.html",
        "/news/2026/",
        "/news/list_14_2.html",
        "/news/newslist.html",
        "/news/page/2/",
        "/news/list2.php",
        "/listinfo-3-1.html",
        "/e/action/ListInfo/?classid=3&page=1",
        "/e/action/ListInfo.php?mid=1",
        "/index.php?m=content&c=index&a=lists&catid=9",
        "/html/2026-03/10/node_2.htm",
        "/comment/",
        "/user/",
    ],
)
def test_lists(address):
    assert verdict(address).kind == "list"


@pytest.mark.parametrize(
    ("address", "text", "reason"),
    [
        ("/e/pl/?classid=3&id=66", "", "trap:comments"),
        ("/e/enews/index.php", "", "trap:action"),
        ("/e/public/ViewClick/?classid=3&id=66&addclick=1", "", "trap:action"),
        ("/e/member/cp/", "会员中心", "trap:login"),
        ("/e/DoInfo/", "", "trap:login"),
        ("/e/web/?type=rss2&classid=3", "", "trap:feed"),
        ("/e/DoPrint/?classid=3&id=66", "", "trap:print"),
        ("/e/tags/?tagname=三农", "", "trap:tags"),
        ("/e/wap/show.php?classid=3&id=66", "", "trap:wap"),
        ("/e/search/result/?searchid=9", "", "trap:search"),
        ("/e/sch/sch.html", "", "trap:search"),
        ("/e/action/ListInfo/?classid=3&orderby=onclick", "", "trap:filter"),
        ("/e/action/InfoType/?ttid=4", "", "trap:action"),
        ("/e/action/ShowInfo.php?classid=3&id=66&q=1", "", "trap:search"),
        ("/d/js/js/66.js", "", "file:js"),
        ("/d/js/acmsd/", "", "trap:action"),
        ("/search/", "", "trap:search"),
        ("/tags-san_nong-0.html", "", "trap:tags"),
        ("/infotype-4-0.html", "", "trap:tags"),
        ("/print-66.html", "", "trap:print"),
        ("/news/66.html", "打印本页", "trap:print"),
        ("/news/print.php?id=66", "", "trap:print"),
        ("/news/comment.php?id=66", "", "trap:comments"),
        ("/news/66-pl.html", "查看全部评论", "trap:comments"),
        ("/news/list.php?classid=3&by=time&to=desc", "", "trap:filter"),
        ("/news/vote.php?id=3", "我要投票", "trap:action"),
        ("/news/keep.php?id=66", "收藏", "trap:action"),
        ("/?s=三农", "", "trap:search"),
        ("/login.php", "", "trap:login"),
        ("/rss.xml", "", "file:xml"),
        ("/feed/", "", "trap:feed"),
        ("/rili/2026/05/", "5月", "trap:calendar"),
        ("/news/2026/05/17/", "17", "trap:calendar"),
        ("/events?year=2031&month=5", "", "trap:calendar"),
        ("/calendar/", "", "trap:calendar"),
        ("/news/a/news/b/news/c/", "", "trap:loop"),
        ("/news/" + "x" * 500 + ".html", "", "trap:loop"),
        ("/d/file/news/2026-03-10/4f3c.pdf", "", "file:pdf"),
        ("/news/report.docx", "附件", "file:docx"),
        ("https://www.qinghe.example:8443/news/66.html", "", "offsite:port"),
        ("http://bbs.qinghe.example/66.html", "", "offsite:host"),
        ("/e/public/jump/?classid=3&id=66", "", "offsite:jump"),
    ],
)
def test_traps_are_named(address, text, reason):
    assert verdict(address, text).reason == reason


def test_a_programme_address_is_known_as_one():
    assert verdict("/e/action/ShowInfo.php?classid=3&id=66").dynamic
    assert verdict("/showinfo-3-66-0.html").dynamic
    assert not verdict("/news/66.html").dynamic


def test_twins_of_the_site_are_on_it():
    assert verdict("https://qinghe.example/news/66.html").kind == "article"


def test_every_address_once_with_its_longest_text_and_without_the_page_itself():
    root = html.document_fromstring(
        "<a href='66.html'><img src='a.jpg'></a>"
        "<a href='/news/66.html?from=timeline' title='全文'> 春耕\n贷款 </a>"
        "<a href='index.html'>农商要闻</a><a href='#top'>返回顶部</a><a href='javascript:;'>收藏</a>"
        "<a href='mailto:a@qinghe.example'>投稿</a><a href='http://[bad'>坏</a>"
        "<area href='/party/'><iframe src='roll.html'></iframe>"
    )
    assert links_of(root, f"{ORIGIN}/news/") == [
        Link(f"{ORIGIN}/news/66.html", "春耕 贷款", "全文"),
        Link(f"{ORIGIN}/party/"),
        Link(f"{ORIGIN}/news/roll.html"),
    ]


def test_relative_addresses_follow_the_base_of_the_page():
    root = html.document_fromstring("<base href='/archive/'><a href='66.html'>春耕贷款</a>")
    assert [link.url for link in links_of(root, f"{ORIGIN}/news/")] == [f"{ORIGIN}/archive/66.html"]
