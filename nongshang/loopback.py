"""Serve a folder of pages on a loopback port.

python -m nongshang.loopback FOLDER --port 0 --print-url
"""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LOOPBACK = "127.0.0.1"


class _Pages(SimpleHTTPRequestHandler):
    """Bytes as they lie in the folder; the charset is left to the page, as on the sites it stands for."""

    protocol_version = "HTTP/1.1"

    def list_directory(self, path: object) -> None:
        """A folder without an index page is not found: no news site shows its folders."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *_: object) -> None:
        """Nothing: the crawl that asks keeps its own log."""


@contextmanager
def serve(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve the folder while the block runs; gives the address, `http://127.0.0.1:PORT/`."""
    server = ThreadingHTTPServer((LOOPBACK, port), partial(_Pages, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main() -> None:
    """Serve a folder of pages on a loopback port until interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="python -m nongshang.loopback", description=main.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--print-url", action="store_true", help="print the address, once it answers")
    asked = parser.parse_args()
    if not asked.folder.is_dir():
        parser.error(f"{asked.folder} is not a folder")
    ended = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: ended.set())
    with serve(asked.folder, asked.port) as url:
        if asked.print_url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
