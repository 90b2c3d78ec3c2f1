"""The log for machines: one JSON object a line, beside the lines for people."""

import json
import logging
from datetime import UTC, datetime

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger and message; the traceback too, where there is one."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class JsonLog:
    """Scrapy extension: adds the log to the file `NONGSHANG_LOG_JSON` names, from level INFO on."""

    def __init__(self, path: str) -> None:
        self._handler = logging.FileHandler(path, encoding="utf-8")
        self._handler.setFormatter(JsonLines())
        self._handler.setLevel(logging.INFO)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "JsonLog":
        """Built by Scrapy.

        Raises:
            NotConfigured: no file is named, or it can't be written; that is no reason not to crawl.
        """
        path = crawler.settings["NONGSHANG_LOG_JSON"]
        if not path:
            raise NotConfigured
        try:
            log = cls(path)
        except OSError as error:
            raise NotConfigured(
                f"NONGSHANG_LOG_JSON: {path} could not be written: {error.strerror}"
            ) from None
        logging.getLogger().addHandler(log._handler)
        crawler.signals.connect(log.engine_stopped, signal=signals.engine_stopped)
        return log

    def engine_stopped(self) -> None:
        """Close the file."""
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
