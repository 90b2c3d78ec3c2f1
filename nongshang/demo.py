"""`make demo`: the bundled site on loopback, crawled for real into `data/demo.db`."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from nongshang.loopback import serve

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "tests" / "fixtures" / "site"
ARCHIVE_URL = "sqlite:///data/demo.db"
CAPTURE_DIR = "data/demo-captures"
PORT = 8437
"""Asked for first: an archive knows a site by its address, so a second demo should find the first one's."""


def crawl(base_url: str, archive_url: str, *options: str) -> int:
    """Run the real job against a loopback site, manners lifted; gives its exit code."""
    command = [sys.executable, "-m", "scrapy", "crawl", "nongshang", "-a", f"base_url={base_url}"]
    lifted = ["-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"]
    environment = {**os.environ, "ARCHIVE_URL": archive_url, "CAPTURE_DIR": CAPTURE_DIR}
    return subprocess.run([*command, *lifted, *options], cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 - our own command


def _free_port() -> int:
    """The demo's own port, or 0 for any other where somebody has it."""
    with socket.socket() as probe:
        return 0 if probe.connect_ex(("127.0.0.1", PORT)) == 0 else PORT


_NEXT = """
Try next:
  export ARCHIVE_URL={url}
  {bin}/nongshang search 工会            find a word, two characters are enough
  {bin}/nongshang report                 what the last run did
  make serve                             the archive in a browser
"""


def _commands() -> Path:
    """Where this environment's commands lie, as short as it can be typed from the project's folder."""
    folder = Path(sys.executable).parent
    return folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder


def main() -> int:
    """Serve, crawl, say what to try."""
    if not SITE.is_dir():
        print(f"no demo site at {SITE}: run this from a checkout of the project", file=sys.stderr)
        return 2
    with serve(SITE, _free_port()) as base_url:
        print(f"demo site at {base_url}, archive at {ARCHIVE_URL}", flush=True)
        code = crawl(base_url, ARCHIVE_URL)
    if code == 0:
        print(_NEXT.format(url=ARCHIVE_URL, bin=_commands()))
    return code


if __name__ == "__main__":
    sys.exit(main())
