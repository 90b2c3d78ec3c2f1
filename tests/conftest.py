"""What every test shares. The suite opens no connection beyond loopback: an attempt is a failure."""

import os
import runpy
import shutil
import sys
from pathlib import Path

import pytest

from nongshang.demo import SITE
from nongshang.loopback import serve
from tests.crawling import crawl

# The hook can't be taken off again, and stands in every process a test starts.
_HOOK = str(Path(__file__).parent / "loopback_only")
sys.path.insert(0, _HOOK)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_HOOK, os.environ.get("PYTHONPATH"))))
runpy.run_module("sitecustomize")
sys.path.remove(_HOOK)


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """The demo site, crawled twice: the second run finds every page unchanged. To be looked at only."""
    archive = tmp_path_factory.mktemp("crawled") / "archive.db"
    with serve(SITE) as base_url:
        for _ in range(2):
            finished = crawl(archive, "-a", f"base_url={base_url}")
            assert finished.returncode == 0, finished.stderr
    return archive


@pytest.fixture
def copied(crawled, tmp_path):
    """A copy of that archive and its captures, to be changed."""
    shutil.copytree(crawled.parent, tmp_path / "copy")
    return tmp_path / "copy" / "archive.db"
