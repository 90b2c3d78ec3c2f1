"""The web page in a real browser: what an analyst sees, and what a hostile page can't do."""

import contextlib
import json
import shutil
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from nongshang.demo import ROOT
from storage.archive import Archive
from storage.article import Article, Attachment, Contributor, Provenance

SCREENSHOTS = ROOT / "screenshots"
EVIL = (
    "=HYPERLINK(\"http://evil.example\")<script>document.title='owned'</script>"
    "<img src=x onerror=\"document.title='owned'\"><a href=\"javascript:document.title='owned'\">工会</a>"
)
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")


def article(number: int, **told) -> Article:
    seen = datetime(2025, 1 + number % 12, 1 + number % 28, 1, 30, tzinfo=UTC)
    told = {
        "title": f"第{number}届工会代表大会召开",
        "body": "\n".join(f"柳溪农商银行工会第{number}次来到果园，第{line}段。" for line in range(9)),
        "source": ("山乡金融报", "柳溪日报", None)[number % 3],
        "url": f"http://news.example/{number}.html",
        "contributors": (Contributor("沈未", "author", "作者"),),
        "provenance": {"title": Provenance("heading", "第届工会")},
        **told,
    }
    return Article(
        site="news.example",
        section=("基层动态/党建工会", "新闻观察/农商要闻")[number % 2],
        content_hash=str(number),
        published_at=seen,
        published_precision="day",
        published_raw=seen.date().isoformat(),
        fetched_at=seen,
        rule_version="1",
        **told,
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("web") / "archive.db"
    edited = article(3, body="柳溪农商银行工会第3次来到茶园。\n改动后的一段。")
    hostile = article(
        99,
        title=EVIL,
        body=EVIL,
        source=EVIL,
        url="javascript:document.title='owned'",
        contributors=(Contributor(EVIL, "author", EVIL),),
        attachments=(Attachment("file", "javascript:alert(1)", EVIL),),
    )
    with Archive.open(f"sqlite:///{path}") as archive:
        run_id = archive.begin_run("nongshang", "incremental", datetime(2025, 12, 30, tzinfo=UTC))
        for told in [*map(article, range(1, 40)), edited, hostile]:
            with archive.transaction() as tx:
                tx.file(tx.match(told), run_id=run_id)
    return path


@pytest.fixture(scope="module")
def base(path):
    """The address of a real server."""
    command = [sys.executable, "-m", "nongshang", "serve", "--port", "0", "--archive", f"sqlite:///{path}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser():
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("no Chromium: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # The browser's own calls home would be told from the page's by nobody.
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@contextlib.contextmanager
def nothing_untoward(browser, base):
    """No message on the console, no request to another host."""
    yield
    assert browser.get_log("browser") == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        told["params"]["request"]["url"] for told in asked if told["method"] == "Network.requestWillBeSent"
    ]
    assert urls
    assert {urlsplit(url).netloc for url in urls if not url.startswith("data:")} == {urlsplit(base).netloc}


def shoot(browser, name: str) -> None:
    """Keep a picture at phone and at desk width, and see that neither has to be pushed sideways."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for width, kind in ((390, "phone"), (1280, "desk")):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": kind == "phone"}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), (
            kind
        )
        (SCREENSHOTS / f"{name}-{kind}.png").write_bytes(browser.get_screenshot_as_png())


def find(browser, selector: str):
    return browser.find_element(By.CSS_SELECTOR, selector)


def test_an_analyst_walks_from_the_charts_to_a_change(browser, base):
    with nothing_untoward(browser, base):
        browser.get(base)
        assert find(browser, ".total strong").text == "40"
        tooltips = [
            told.get_attribute("textContent") for told in browser.find_elements(By.CSS_SELECTOR, "svg title")
        ]
        assert "2025-05: 3" in tooltips
        assert "基层动态/党建工会: 19" in tooltips
        label = find(browser, "svg.columns g text")
        assert not label.is_displayed()
        browser.execute_script("document.querySelector('svg.columns g').focus()")
        assert label.is_displayed()
        shoot(browser, "home")

        find(browser, "input[name=q]").send_keys("工會")
        before = find(browser, ".total strong")
        find(browser, "form button").click()
        WebDriverWait(browser, 10).until(staleness_of(before))
        assert find(browser, ".total strong").text == "40"
        assert find(browser, ".hits p mark").text == "工会"
        shoot(browser, "search")

        browser.get(f"{base}/search?q={quote('茶园')}")
        assert len(browser.find_elements(By.CSS_SELECTOR, ".hits li")) == 1
        find(browser, ".hits a").click()
        assert "第3届" in find(browser, "h1").text
        assert "http://news.example/3.html" in find(browser, "#copies").text
        assert "2025-04-04" in find(browser, ".citation").text
        shoot(browser, "article")

        find(browser, "a.diff").click()
        assert "茶" in [told.text for told in browser.find_elements(By.TAG_NAME, "ins")]
        assert "果" in [told.text for told in browser.find_elements(By.TAG_NAME, "del")]
        shoot(browser, "diff")


def test_a_section_of_a_chart_leads_to_its_articles(browser, base):
    browser.get(base)
    browser.find_element(By.LINK_TEXT, "基层动态/党建工会").click()
    assert find(browser, ".total strong").text == "19"


def test_pages_of_results_follow_each_other(browser, base):
    browser.get(f"{base}/search?q={quote('工会')}")
    first = find(browser, ".hits a").text
    find(browser, "a[rel=next]").click()
    assert find(browser, ".hits").get_attribute("start") == "21"
    assert find(browser, ".hits a").text != first


def test_the_page_speaks_english_when_asked_and_remembers(browser, base):
    browser.get(base)
    browser.find_element(By.LINK_TEXT, "English").click()
    assert "Articles a month" in find(browser, "main").text
    browser.get(f"{base}/search?q=zzz")
    assert "No article answers that" in find(browser, "main").text
    browser.find_element(By.LINK_TEXT, "中文").click()
    assert "没有符合的文章" in find(browser, "main").text


def test_hostile_text_is_shown_and_does_nothing(browser, base):
    with nothing_untoward(browser, base):
        for place in ("", "/search?q=HYPERLINK", "/article/40", f"/search?q={quote(EVIL)}"):
            browser.get(base + place)
            assert browser.title != "owned"
            assert not browser.find_elements(
                By.CSS_SELECTOR, "script, img, [onerror], a[href^='javascript:']"
            )
        browser.get(f"{base}/article/40")
        assert "<script>" in find(browser, "h1").text


def test_datasette_behind_answers_sql_in_the_same_peace(browser, base):
    with nothing_untoward(browser, base):
        browser.get(f"{base}/archive?sql={quote('select section, articles from section_counts')}")
        assert "基层动态/党建工会" in find(browser, "table").text
        browser.get(f"{base}/archive/article_list?id=40")
        assert browser.title != "owned"


def fetch(address: str):
    return urllib.request.urlopen(address, timeout=20)


@pytest.mark.parametrize(
    "place", ["/", "/search?q=1", "/article/1", "/archive", "/style.css", "/archive.csv?sql=select+1"]
)
def test_every_answer_keeps_the_page_to_itself(base, place):
    with fetch(base + place) as answer:
        assert all(answer.headers[name] for name in HEADERS)
        if place in {"/", "/article/1"}:
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_csv_of_the_page_has_no_formula(base):
    with fetch(f"{base}/archive.csv?sql={quote('select title from articles where id = 40')}") as answer:
        lines = answer.read().decode().splitlines()
    assert lines[1].startswith("\"'=HYPERLINK")


def test_the_archive_cannot_be_changed_from_the_page(base, path):
    for statement in ("delete from articles", "drop table articles", "attach '/etc/passwd' as x"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetch(f"{base}/archive.json?sql={quote(statement)}")
        with refused.value:
            assert refused.value.code == 400
    with Archive.open(f"sqlite:///{path}", read_only=True) as archive, archive.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM articles").scalar() == 40


@pytest.mark.parametrize("place", ["/article/999", "/article/1/diff/1/2"])
def test_what_is_not_there_is_said_so(base, place):
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(base + place)
    with refused.value as answer:
        assert answer.code == 404
        assert "没有这一页" in answer.read().decode()
