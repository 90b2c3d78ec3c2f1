"""The demo site: the committed pages are the generator's, and hang together."""

import json
import re
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.demosite import Catalogue, Site, expectation, serving

FIXTURES = Path(__file__).parent / "fixtures"
REMAKE = "python -m tests.demosite tests/fixtures/site"
DYNAMIC = ("/e/", "/search/")
"""Addresses the CMS answers by program; a static copy has none of them."""


@pytest.fixture(scope="module")
def catalogue():
    return Catalogue.load()


@pytest.fixture(scope="module")
def pages(catalogue):
    files = Site(catalogue).files()
    return {path: content.decode("gbk") for path, content in files.items() if path.endswith(".html")}


def test_the_committed_site_is_what_the_generator_writes(catalogue):
    folder = FIXTURES / "site"
    files = [file for file in folder.rglob("*") if file.is_file()]
    committed = {f"/{file.relative_to(folder)}": file.read_bytes() for file in files}
    written = Site(catalogue).files()
    assert sorted(committed) == sorted(written), REMAKE
    assert [path for path in written if committed[path] != written[path]] == [], REMAKE


def test_the_committed_expectation_is_what_the_stories_say(catalogue):
    committed = json.loads((FIXTURES / "site.expected.json").read_text("utf-8"))
    assert committed == expectation(catalogue), REMAKE


def test_every_internal_link_leads_somewhere_but_for_the_dead_one(catalogue, pages):
    linked = {
        urlsplit(href).path
        for page in pages.values()
        for href in re.findall(r"""<a [^>]*?href=["'](/[^"']*)""", page)
        if not href.startswith(DYNAMIC)
    }
    files = set(Site(catalogue).files())
    missing = {path for path in linked if (f"{path}index.html" if path.endswith("/") else path) not in files}
    assert missing == {link.url for link in catalogue.links if link.kind == "dead"}


def test_no_page_shows_a_damaged_character_or_a_template_tag(pages):
    assert [path for path, page in pages.items() if "\ufffd" in page or "[!--" in page] == []


def test_every_address_belongs_to_one_story(catalogue):
    ids = [place.id for story in catalogue.stories for place in story.places]
    assert len(ids) == len(set(ids))


def test_every_story_stands_in_a_list(catalogue, pages):
    lists = "".join(page for path, page in pages.items() if re.search(r"/index(_\d+)?\.html$", path))
    addresses = [story.url(place) for story in catalogue.stories for place in story.places]
    assert [url for url in addresses if f'href="{url}"' not in lists] == []


def test_regenerated_pages_tell_the_same_stories_round_other_sidebars(catalogue):
    first, second = Site(catalogue).files(), Site(catalogue, edition=2).files()
    path = catalogue.story("spring-loans").url()
    assert first.keys() == second.keys()
    assert first[path] != second[path]
    assert _story_cell(first[path]) == _story_cell(second[path])


def test_hidden_characters_differ_at_every_regeneration(catalogue):
    path = next(story for story in catalogue.stories if story.style == "guarded").url()
    cells = [_story_cell(Site(catalogue, edition=edition).files()[path]) for edition in (1, 2)]
    assert cells[0] != cells[1]
    hidden = re.compile(r'<span style="display:none">.*?</span>')
    assert hidden.sub("", cells[0]) == hidden.sub("", cells[1])


def test_a_removed_story_loses_its_pages_and_untouched_files_keep_their_time(catalogue, tmp_path):
    site = Site(catalogue)
    site.write(tmp_path)
    robots = (tmp_path / "robots.txt").stat().st_mtime_ns
    gone = catalogue.story("night-market")
    rest = tuple(story for story in catalogue.stories if story is not gone)
    replace(site, catalogue=replace(catalogue, stories=rest)).write(tmp_path)
    assert not (tmp_path / gone.url().lstrip("/")).exists()
    assert (tmp_path / "robots.txt").stat().st_mtime_ns == robots


def test_the_server_leaves_the_charset_to_the_page(catalogue, tmp_path):
    Site(catalogue).write(tmp_path)
    with serve(tmp_path) as base, urllib.request.urlopen(f"{base}notice/") as answer:
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers["Last-Modified"]
        assert "通知公告" in answer.read().decode("gbk")


@pytest.mark.parametrize("path", ["no-such-page.html", "d/"])
def test_the_server_shows_neither_what_is_missing_nor_a_folder(tmp_path, path):
    (tmp_path / "d").mkdir()
    with serve(tmp_path) as base, pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(base + path)
    assert refused.value.code == 404
    refused.value.close()


def _story_cell(page: bytes) -> str:
    return re.search(
        r'<td id="text">(.*?)<p align="center" class="pageLink">', page.decode("gbk"), re.DOTALL
    )[1]
