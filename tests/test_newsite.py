"""A second site is started with one command, and its first page fails until a person has read it."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from nongshang.__main__ import app
from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve

PAGE = "notice/2023-11-20/506.html"


@pytest.fixture
def project(tmp_path):
    """A copy of the project, without its tests."""
    for name in ("crawler", "nongshang", "pipelines", "storage"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    return tmp_path


def newsite(root, page: str, *options: str, ends: int = 0) -> str:
    asked = ["newsite", page, "--root", str(root), *options]
    finished = CliRunner().invoke(app, asked)
    assert finished.exit_code == ends, finished.output
    return finished.output


def run(root, *command: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ["PYTHONPATH"]])}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_command_starts_a_site(project):
    with serve(SITE) as base_url:
        newsite(project, base_url + PAGE, "--title", "示例农金网", "--name", "second_site")
    assert run(project, "scrapy", "list").stdout.split() == ["nongshang", "second_site"]
    checked = run(project, "nongshang", "fixture", "check")
    assert checked.returncode == 3
    assert "nongshang fixture accept second-site-first-page" in checked.stdout
    accepted = run(project, "nongshang", "fixture", "accept", "second-site-first-page", "--yes")
    assert accepted.returncode == 0, accepted.stderr
    assert run(project, "nongshang", "fixture", "check").returncode == 0
    case = project / "tests/fixtures/cases/second-site-first-page"
    assert (case / "page-1.html").read_bytes() == (SITE / PAGE).read_bytes()


def test_a_case_is_read_by_the_rules_of_its_site(project):
    with serve(SITE) as base_url:
        newsite(project, base_url + PAGE, "--title", "示例农金网", "--name", "second")
    page = project / "crawler/pages/second.py"
    rule = """
    @property
    def kicker(self):
        return "自家的引题"
"""
    page.write_text(page.read_text("utf-8") + rule, "utf-8")
    run(project, "nongshang", "fixture", "accept", "second-first-page", "--yes")
    read = json.loads((project / "tests/fixtures/cases/second-first-page/raw.json").read_text("utf-8"))
    assert read["kicker"] == "自家的引题"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--name", "nongshang"), "is there already"),
        (("--name", "../up"), "is no name for a spider"),
        (("--name", "Upper"), "is no name for a spider"),
        (("--title", 'a"""b'), "is no name of a site"),
    ],
)
def test_what_cannot_be_started_is_one_line_and_leaves_nothing(project, options, says):
    given = dict(zip(options[::2], options[1::2], strict=True))
    options = {"--title": "示例农金网", "--name": "second"} | given
    words = [word for pair in options.items() for word in pair]
    before = sorted(project.rglob("*"))
    assert says in newsite(project, "http://127.0.0.1:9/1.html", *words, ends=2)
    assert sorted(project.rglob("*")) == before


def test_outside_the_project_it_says_where_to_go(tmp_path):
    said = newsite(tmp_path, "http://127.0.0.1:9/1.html", "--title", "示例农金网", "--name", "second", ends=2)
    assert "run this in the project's folder" in said
