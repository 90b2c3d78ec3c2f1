from datetime import date

import pytest

from crawler.plan import CrawlPlan, WrongUse

SITE = "http://news.example.cn/"


def test_a_plan_holds_what_was_asked():
    plan = CrawlPlan.from_arguments(
        {
            "base_url": SITE,
            "mode": "backfill",
            "since": "2020-10-01",
            "until": "2020-10-31",
            "sections": "农商要闻, 基层动态",
            "limit": "5",
        }
    )
    assert plan == CrawlPlan(
        SITE, (), "backfill", date(2020, 10, 1), date(2020, 10, 31), ("农商要闻", "基层动态"), 5
    )


def test_the_environment_gives_the_site_where_no_argument_does():
    assert CrawlPlan.from_arguments({}, base_url=SITE).base_url == SITE
    assert (
        CrawlPlan.from_arguments({"base_url": "https://b.example"}, base_url=SITE).base_url
        == "https://b.example/"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "base_url"),
        ({"base_url": "news.example.cn"}, "base_url"),
        ({"base_url": "ftp://news.example.cn/"}, "base_url"),
        ({"base_url": "http://news.example.cn:http/"}, "base_url"),
        ({"base_url": "http://["}, "base_url"),
        ({"base_url": SITE, "mode": "sideways"}, "incremental, backfill, recheck"),
        ({"base_url": SITE, "since": "26.10.2020"}, "since"),
        ({"base_url": SITE, "until": "2020-02-30"}, "until"),
        ({"base_url": SITE, "since": "2020-10-02", "until": "2020-10-01"}, "after"),
        ({"base_url": SITE, "limit": "0"}, "limit"),
        ({"base_url": SITE, "limit": "many"}, "limit"),
        ({"base_url": SITE, "sectoin": "农商要闻"}, "sectoin"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(arguments, said):
    with pytest.raises(WrongUse) as refused:
        CrawlPlan.from_arguments(arguments)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_article_without_a_day_is_always_wanted():
    plan = CrawlPlan(SITE, since=date(2020, 10, 1), until=date(2020, 10, 31))
    assert plan.covers(None)
    assert plan.covers(date(2020, 10, 31))
    assert not plan.covers(date(2020, 11, 1))
    assert not plan.covers(date(2020, 9, 30))
