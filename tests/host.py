"""A web server whose site a test can change while it is up, and which remembers what it was asked."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep


@dataclass
class Host:
    """One site at one loopback address."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """By path; `/` at the end stands for `index.html` below."""

    moved: dict[str, str] = field(default_factory=dict)
    """Paths that answer 301, and to where."""

    failing: set[str] = field(default_factory=set)
    """Paths that answer 503."""

    etags: bool = False
    slowness: float = 0.0
    """Seconds before an answer."""

    url: str = ""
    answers: list[tuple[str, int]] = field(default_factory=list)
    """What was asked for and with which status it was answered, in order."""

    def forget(self) -> None:
        """Forget what was asked so far."""
        self.answers.clear()

    def asked(self, status: int | None = None) -> list[str]:
        """The paths asked for."""
        return [path for path, answer in self.answers if status in {None, answer}]

    def answer(self, path: str, if_none_match: str | None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        sleep(self.slowness)
        if path in self.failing:
            return 503, {}, b"503"
        if path in self.moved:
            return 301, {"Location": self.moved[path]}, b""
        body = self.files.get(f"{path}index.html" if path.endswith("/") else path)
        if body is None:
            return 404, {}, b"404"
        headers = {"Content-Type": "text/html"}
        if self.etags:
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if headers["ETag"] == if_none_match:
                return 304, headers, b""
        return 200, headers, body


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, host: Host, *args: object) -> None:
        self.host = host
        super().__init__(*args)

    def do_GET(self) -> None:
        status, headers, body = self.host.answer(self.path, self.headers.get("If-None-Match"))
        self.host.answers.append((self.path, status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # the job was killed while it was being answered
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosting(files: Mapping[str, bytes], kind: type[Host] = Host) -> Iterator[Host]:
    """Serve files while the block runs."""
    host = kind(files)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, host))
    server.daemon_threads = True
    host.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
