"""On the path of every process the suite starts: nobody speaks to anything but loopback."""

import ipaddress
import socket
import sys

_NETWORKS = {socket.AF_INET, socket.AF_INET6}


def _watch(event, arguments):
    if event == "socket.connect" and arguments[0].family in _NETWORKS:
        host = arguments[1][0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise AssertionError(f"a test tried to reach {host}")


sys.addaudithook(_watch)
