"""Reading a page needs no network, not even to be imported."""

import subprocess
import sys

PROBE = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import crawler.pages.nongshang
"""


def test_importing_the_pages_opens_no_connection() -> None:
    subprocess.run([sys.executable, "-c", PROBE], check=True)
