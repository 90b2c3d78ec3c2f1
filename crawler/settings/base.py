"""Every setting the project changes, named once; a profile imports this module and changes a few.

Paths and secrets come from the environment, all read here. On the command line
`-s NAME=value` wins over both.
"""

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Environment(BaseSettings):
    """The environment variables the job reads, with their defaults."""

    NONGSHANG_BASE_URL: str | None = None
    """Root of the site; `-a base_url=` wins."""

    ARCHIVE_URL: str = "sqlite:///data/archive.db"
    """SQLAlchemy URL of the archive."""

    CAPTURE_DIR: str = "data/captures"
    """Folder for the raw pages."""

    NONGSHANG_MESSAGES: SecretStr | None = None
    """Where to send word of a run that is not healthy: Apprise addresses, separated by blanks."""

    NONGSHANG_METRICS: str | None = None
    """File for Prometheus's textfile collector, written anew after each run."""

    NONGSHANG_REPORT_HTML: str | None = None
    """File for the report of the last run as a web page."""

    NONGSHANG_LOG_JSON: str | None = None
    """File to which the log is added as JSON lines."""

    NONGSHANG_CONTACT: str = "https://github.com/nongshang/nongshang"
    """Address in the user agent under which the site's operators reach whoever runs the job."""


_environment = Environment()

NONGSHANG_BASE_URL = _environment.NONGSHANG_BASE_URL
ARCHIVE_URL = _environment.ARCHIVE_URL
CAPTURE_DIR = _environment.CAPTURE_DIR
NONGSHANG_MESSAGES = _environment.NONGSHANG_MESSAGES
NONGSHANG_METRICS = _environment.NONGSHANG_METRICS
NONGSHANG_REPORT_HTML = _environment.NONGSHANG_REPORT_HTML
NONGSHANG_LOG_JSON = _environment.NONGSHANG_LOG_JSON

BOT_NAME = "nongshang"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# The walk: strip, understand, compare, store. Order is the order of docs/data-path.md.
ITEM_PIPELINES = {
    "pipelines.stages.StripBoilerplate": 100,
    "pipelines.stages.Normalise": 200,
    "pipelines.stages.Select": 250,
    "pipelines.stages.Deduplicate": 300,
    "pipelines.stages.Store": 400,
}
# The archive is written by one page at a time, and Scrapy's default of 100 starts as many tasks a response.
CONCURRENT_ITEMS = 1
# The next page is asked for when this one is answered for: so the ledger's order is the order of the crawl,
# and one cut off anywhere goes on as if it had not been.
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 0

DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "crawler.guard.SiteGuard": 20,  # before everything else, so that nothing is asked of a foreign host
    "crawler.robots.UnreadableRobots": 540,  # behind the retries (550): what they could not mend
    "crawler.patience.Patience": 560,  # before the retries
    "crawler.webarchive.WebArchive": 900,  # nearest to the network, where Scrapy's cache would be
}
EXTENSIONS = {
    "crawler.observer.Observer": 400,
    "crawler.faults.Faults": 0,
    "crawler.leases.Leases": 300,
    "crawler.progress.Progress": 500,
    "crawler.jsonlog.JsonLog": 600,
}

# Manners: robots obeyed, one request at a time, a pause, and a name to complain to.
USER_AGENT = f"nongshang/0.1 (+{_environment.NONGSHANG_CONTACT})"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # Kept as they come, so in codings that every tool for WARC files can undo.
    "Accept-Encoding": "gzip, deflate",
}
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.5
AUTOTHROTTLE_MAX_DELAY = 30.0

# Walls. A news page is some 50 KB: 8 MiB stops a bomb, 30 s a server that drips.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
REDIRECT_MAX_TIMES = 5
RETRY_AFTER_MOST = 120  # seconds a run waits where a busy site asks for it; asked for more, it ends
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

# A run crawls alone; in the `distributed` profile an address is a worker's for so long.
LEASE_SECONDS = 0

# The ledger in the archive decides what is asked for, and the spider reads every status itself.
SCHEDULER = "crawler.scheduler.LedgerScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
HTTPERROR_ALLOW_ALL = True
METAREFRESH_ENABLED = False

# The progress line and the report speak to the operator; the log is for what went wrong.
LOG_LEVEL = "WARNING"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the ledger names every address that failed, the report counts them
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
STATS_DUMP = False
LOGSTATS_INTERVAL = 0
