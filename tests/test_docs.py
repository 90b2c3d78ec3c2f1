"""What the docs leave out does not exist for whoever runs the job, so each thing is named there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.health import CHECKS
from crawler.plan import CrawlPlan
from crawler.report import ExitCode
from crawler.settings.base import ITEM_PIPELINES, Environment
from nongshang.__main__ import app
from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve
from pipelines.refusals import Refusal
from storage.schema import VIEWS

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
DOCS = "\n".join(page.read_text("utf-8") for page in PAGES)


@pytest.mark.parametrize(
    "name",
    [
        *(path.rpartition(".")[2] for path in ITEM_PIPELINES),
        *(refusal.reason for refusal in Refusal.__subclasses__()),
        *VIEWS,
        *Environment.model_fields,
        *CrawlPlan.__dataclass_fields__,
        *(f"nongshang {command.name}" for command in app.registered_commands),
    ],
)
def test_it_is_named_in_the_docs(name):
    assert name in DOCS


@pytest.mark.parametrize("code", ExitCode)
def test_an_exit_code_is_explained(code):
    assert re.search(rf"^\| {code} \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE)


OPERATIONS = [ROOT / "docs" / name for name in ("operations.md", "operations.zh.md")]


@pytest.mark.parametrize("page", OPERATIONS, ids=lambda page: page.name)
@pytest.mark.parametrize("kind", [*{check.kind for check in CHECKS}, "list", "same-page", "age", "clock"])
def test_a_finding_is_explained(kind, page):
    assert re.search(rf"^\|.*`{kind}[:`]", page.read_text("utf-8"), re.MULTILINE)


def test_the_operations_say_the_same_in_both_languages():
    to_type = r"nongshang_\w+|NONGSHANG_[A-Z_]+|nongshang [a-z]+(?:-[a-z]+)*|-a \w+|--[a-z]+|^\| \d+ \|"
    english, chinese = (
        [
            page.read_text("utf-8").count("\n## "),
            set(re.findall(to_type, page.read_text("utf-8"), re.MULTILINE)),
        ]
        for page in OPERATIONS
    )
    assert english == chinese


def test_no_link_between_the_docs_is_broken():
    broken = [
        (page.name, target)
        for page in PAGES
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def readme_commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return [
        line[2:].split("  #")[0].strip()
        for block in blocks
        for line in block.splitlines()
        if line[:2] == "$ "
    ]


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """Where a newcomer stands after `make demo`: an archive of the demo site, and its address."""
    archive = tmp_path_factory.mktemp("readme") / "demo.db"
    with serve(SITE) as base_url:
        from nongshang.demo import crawl

        assert crawl(base_url, f"sqlite:///{archive}") == 0
        yield archive, base_url


@pytest.mark.parametrize("command", [line for line in readme_commands() if not line.startswith("export")])
def test_a_command_of_the_readme_works(command, newcomer):
    archive, base_url = newcomer
    if command.startswith("make "):  # the front door itself: what it would run, not running it
        command = f"make -n {command[5:]}"
    command = command.replace("data/demo.db", str(archive)).replace("https://the-site.example/", base_url)
    words = [word.replace(".venv/bin", str(Path(sys.executable).parent)) for word in shlex.split(command)]
    environment = {"PATH": "/usr/bin:/bin", "ARCHIVE_URL": f"sqlite:///{archive}"}
    lifted = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"] if "crawl" in words else []
    finished = subprocess.run(
        [*words, *lifted], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.strip()
