"""The demo site: the committed pages are the generator's, and hang together."""

import html
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.demosite import Catalogue, Site, expectation, serve

FIXTURES = Path(__file__).parent / "fixtures"
ROOT = Path(__file__).parents[1]
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


def test_every_line_of_a_body_is_printed_in_order(catalogue, pages):
    for story in catalogue.stories:
        for part, lines in enumerate(story.parts, start=1):
            printed = _text(_story_cell(pages[story.url(part=part)]))
            words = [cell for line in lines if line.is_printed for cell in line.text.split(" | ")]
            found = re.search(".*?".join(map(re.escape, words)), printed, re.DOTALL)
            assert found, (story.key, part)


def test_a_page_that_names_only_files_or_only_shows_pictures_has_no_body(catalogue):
    assert catalogue.story("annual-report").body == ()
    assert catalogue.story("photo-blossom").body == ()
    assert catalogue.story("recruitment").body[-1] == "附件：应聘报名表.doc"


def test_the_editor_line_is_printed_but_is_no_line_of_the_expected_body(catalogue, pages):
    expected = {record["story"]: record for record in expectation(catalogue)["articles"]}
    for story in (story for story in catalogue.stories if story.editor_note):
        assert story.editor_note in pages[story.url(part=len(story.parts))]
        assert story.editor_note != expected[story.key]["last_line"]
        assert expected[story.key]["contributors"][-1]["role"] == "editor"


def test_some_sections_need_several_list_pages(pages):
    assert sum(path.endswith("/index_2.html") for path in pages) >= 2
    assert sum(path.endswith("/index_3.html") for path in pages) >= 1


def test_a_moved_story_changes_its_address_and_a_pinned_one_leads_its_list(catalogue):
    moved = catalogue.change("tea-season", section="/news/guancha/", id=999).story("tea-season")
    assert moved.url() == "/news/guancha/2024-03-29/999.html"
    pinned = catalogue.change("ferry-shop", pinned=True)
    assert pinned.entries(pinned.section("/jiceng/zhinong/"))[0].url == catalogue.story("ferry-shop").url()


def test_regenerated_pages_tell_the_same_stories_round_other_sidebars(catalogue):
    first, second = Site(catalogue).files(), Site(catalogue, edition=2).files()
    path = catalogue.story("spring-loans").url()
    assert first.keys() == second.keys()
    assert first[path] != second[path]
    assert _story_cell(first[path].decode("gbk")) == _story_cell(second[path].decode("gbk"))


def test_hidden_characters_differ_at_every_regeneration(catalogue):
    path = next(story for story in catalogue.stories if story.style == "guarded").url()
    editions = [Site(catalogue, edition=edition).files()[path] for edition in (1, 2)]
    cells = [_story_cell(page.decode("gbk")) for page in editions]
    assert cells[0] != cells[1]
    hidden = re.compile(r'<span style="display:none">.*?</span>')
    assert hidden.sub("", cells[0]) == hidden.sub("", cells[1])


def test_a_removed_story_loses_its_pages_and_untouched_files_keep_their_time(catalogue, tmp_path):
    site = Site(catalogue)
    site.write(tmp_path)
    robots = (tmp_path / "robots.txt").stat().st_mtime_ns
    gone = catalogue.story("night-market")
    replace(site, catalogue=catalogue.remove("night-market")).write(tmp_path)
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


def test_serving_from_the_command_line_prints_its_address_and_ends_when_told(tmp_path):
    (tmp_path / "index.html").write_bytes("首页".encode("gbk"))
    command = [sys.executable, "-m", "nongshang.loopback", str(tmp_path), "--port", "0", "--print-url"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        with urllib.request.urlopen(server.stdout.readline().strip()) as answer:
            assert answer.read().decode("gbk") == "首页"
        server.terminate()
        assert server.wait(timeout=10) == 0


def test_serving_a_folder_that_is_not_there_is_wrong_use(tmp_path):
    command = [sys.executable, "-m", "nongshang.loopback", str(tmp_path / "nowhere")]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 2
    assert "is not a folder" in ended.stderr


def _story_cell(page):
    return re.search(r'<td id="text">(.*?)<p align="center" class="pageLink">', page, re.DOTALL)[1]


def _text(markup):
    visible = re.sub(r'<span style="display:none">.*?</span>', "", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", visible))
