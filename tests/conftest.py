"""The suite opens no connection beyond loopback: an attempt is a failure, not a slow test."""

import ipaddress
import shutil
import socket

import pytest

from nongshang.demo import SITE
from nongshang.loopback import serve
from tests.crawling import crawl

_connect = socket.socket.connect


def _only_loopback(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
        raise AssertionError(f"a test tried to reach {address[0]}")
    return _connect(self, address)


@pytest.fixture(autouse=True, scope="session")
def no_network():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _only_loopback)
        yield


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
