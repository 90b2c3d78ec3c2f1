"""The suite opens no connection beyond loopback, nor does any process it starts."""

import socket
import subprocess
import sys

import pytest

ELSEWHERE = ("192.0.2.1", 80)  # an address kept for documentation


def test_a_test_reaches_nothing_beyond_loopback():
    with socket.socket() as outwards, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outwards.connect(ELSEWHERE)


def test_a_process_a_test_starts_reaches_nothing_beyond_loopback():
    command = f"import socket; socket.socket().connect({ELSEWHERE!r})"
    tried = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert "a test tried to reach 192.0.2.1" in tried.stderr
