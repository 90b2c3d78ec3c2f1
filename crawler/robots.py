"""What a site that can't say its rules allows: nothing."""

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

logger = logging.getLogger(__name__)

_SERVER_ERROR = 500
_NOTHING_ALLOWED = b"User-agent: *\nDisallow: /\n"


class UnreadableRobots:
    """Downloader middleware: a robots.txt that answers with a server's error forbids everything (RFC 9309).

    One that is missing, or is a web page, forbids nothing: so Scrapy reads it.
    """

    def process_response(self, request: "Request", response: "Response") -> "Response":
        """Pass the rules on."""
        if urlsplit(request.url).path != "/robots.txt" or response.status < _SERVER_ERROR:
            return response
        logger.warning(
            "%s answers %d: nothing is asked for until it can be read", request.url, response.status
        )
        return response.replace(body=_NOTHING_ALLOWED)
