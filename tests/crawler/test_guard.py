"""What leaves for the site, and what is refused by name before it is sent."""

import json
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from crawler.guard import offsite_reason, private_reason
from pipelines.urls import Site

SITE = Site.of("https://www.qinghe.example/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://www.qinghe.example/news/", None),
        ("http://qinghe.example/news/", None),
        ("https://www.qinghe.example:8443/", "offsite:port"),
        ("https://bbs.qinghe.example/", "offsite:host"),
        ("https://www.qinghe.example.evil.example/", "offsite:host"),
        ("https://www.qinghe.example@10.0.0.1/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("data:text/html,x", "scheme"),
        ("ftp://www.qinghe.example/", "scheme"),
    ],
)
def test_scheme_host_and_port(url, reason):
    assert offsite_reason(url, SITE) == reason


PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
]


@pytest.mark.parametrize("address", [*PRIVATE, "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "ff02::1"])
def test_addresses_of_private_networks(address):
    own = frozenset({ip_address("192.0.2.77")})
    assert private_reason([ip_address(address)], own) == "private-address"
    assert private_reason([ip_address("8.8.8.8"), ip_address(address)], own) == "private-address"
    assert private_reason([ip_address(address)], frozenset({ip_address(address)})) is None


def test_public_addresses_pass():
    assert private_reason([ip_address("8.8.8.8"), ip_address("2001:4860:4860::8888")], frozenset()) is None


CRAWL = textwrap.dedent("""
    import json, sys
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from pipelines.urls import Site

    base, hosts, start, meta = json.loads(sys.argv[1])
    told = []

    class Walker(scrapy.Spider):
        name = "walker"
        site = Site.of(base, hosts)

        async def start(self):
            yield scrapy.Request(start, meta=meta, callback=self.told, errback=self.failed)

        def told(self, response):
            told.append(response.url)

        def failed(self, failure):
            told.append(getattr(failure.value, "reason", failure.type.__name__))

    process = CrawlerProcess({
        "DOWNLOADER_MIDDLEWARES": {"crawler.guard.SiteGuard": 50},
        "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "RETRY_ENABLED": False, "COOKIES_ENABLED": False,
    })
    crawler = process.create_crawler(Walker)
    process.crawl(crawler)
    process.start()
    counted = {k: v for k, v in crawler.stats.get_stats().items() if k.startswith("guard/")}
    print(json.dumps([told, counted]))
""")


class Server(BaseHTTPRequestHandler):
    """`/to/URL` redirects there; anything else is a page. Every request that arrives is written down."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        else:
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def port():
    server = ThreadingHTTPServer(("0.0.0.0", 0), Server)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def crawl(base, start, hosts=(), meta=None):
    argument = json.dumps([base, list(hosts), start, meta or {}])
    run = subprocess.run([sys.executable, "-c", CRAWL, argument], capture_output=True, text=True, check=True)
    [told], counted = json.loads(run.stdout)
    return told, counted


def test_the_site_named_by_the_operator_may_be_on_loopback(port):
    base = f"http://127.0.0.1:{port}/"
    assert crawl(base, f"{base}to/{base}news/") == (f"{base}news/", {})


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://127.0.0.1:9/", "offsite:port"),
        ("http://169.254.169.254/latest/meta-data/", "offsite:host"),
        ("//localhost:{port}/", "offsite:host"),
    ],
)
def test_a_redirect_off_the_site_is_not_followed(port, target, reason):
    base = f"http://127.0.0.1:{port}/"
    told, counted = crawl(base, f"{base}to/{target.format(port=port)}")
    assert told == reason
    assert counted == {"guard/refused": 1, f"guard/refused/{reason}": 1}


def test_a_name_of_the_site_that_leads_into_a_private_network_is_refused(port):
    told, _ = crawl(
        f"http://127.0.0.2:{port}/", f"http://localhost:{port}/", hosts=[f"http://localhost:{port}"]
    )
    assert told == "private-address"


def test_a_name_with_the_address_of_the_site_itself_passes(port):
    told, _ = crawl(
        f"http://127.0.0.1:{port}/", f"http://localhost:{port}/a", hosts=[f"http://localhost:{port}"]
    )
    assert told == f"http://localhost:{port}/a"


def test_the_first_request_may_find_the_site_on_another_host_but_not_in_another_network(port):
    base = f"http://127.0.0.1:{port}/"
    found = f"http://localhost:{port}/home"
    assert crawl(base, f"{base}to/{found}", meta={"finds_origin": True})[0] == found
    inward = f"{base}to/http://127.0.0.2:{port}/"
    assert crawl(base, inward, meta={"finds_origin": True})[0] == "private-address"


def test_a_file_is_never_opened(port):
    told, _ = crawl(f"http://127.0.0.1:{port}/", "file:///etc/hostname")
    assert told == "scheme"
