"""Where word of a run goes besides the terminal: a message, a web page, figures for Prometheus.

Each is asked for by one environment variable. None may change what became of the run: what goes wrong
here is one line in the log.
"""

import logging
from pathlib import Path

from pydantic import SecretStr
from scrapy.settings import BaseSettings

from crawler.report import Report, html
from storage.run import now

log = logging.getLogger(__name__)

_QUIET_OUTCOMES = {"healthy", "interrupted"}
"""No message: all is well, or a person was there."""


def tell(report: Report, settings: BaseSettings) -> None:
    """Hand the report on to whatever the settings name."""
    if path := settings["NONGSHANG_REPORT_HTML"]:
        _write(Path(path), html(report))
    if path := settings["NONGSHANG_METRICS"]:
        _write(Path(path), metrics(report))
    if (addresses := settings["NONGSHANG_MESSAGES"]) and report.outcome not in _QUIET_OUTCOMES:
        send(report, _secret(addresses))


def message(report: Report) -> tuple[str, str]:
    """Title and text of a message about a run."""
    lines = [f"{finding.verdict}: {finding.finding}" for finding in report.findings]
    counted = (
        f"{report.count('articles:new')} new, {report.count('refused:')} refused, {report.seconds:.0f} s"
    )
    return f"nongshang run {report.run_id}: {report.outcome}", "\n".join([*lines, counted])


def send(report: Report, addresses: str) -> None:
    """Send word of a run through Apprise; an address holds a token, so none is ever logged."""
    try:
        from apprise import Apprise  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError:
        log.warning("NONGSHANG_MESSAGES is set, but not installed: pip install 'nongshang[messages]'")
        return
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its warnings print addresses
    apprise = Apprise()
    if not all(map(apprise.add, addresses.split())):
        log.warning("NONGSHANG_MESSAGES names an address Apprise does not know")
    title, text = message(report)
    if apprise and not apprise.notify(title=title, body=text):
        log.warning("the message about run %d could not be delivered", report.run_id)


def metrics(report: Report) -> str:
    """The run in the text format of Prometheus."""
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        log.warning("NONGSHANG_METRICS is set, but not installed: pip install 'nongshang[metrics]'")
        return ""
    registry = CollectorRegistry()

    def gauge(name: str, says: str, value: float) -> None:
        Gauge(f"nongshang_{name}", says, registry=registry).set(value)

    gauge("run_exit_code", "Exit code of the last run.", report.exit_code)
    gauge("run_seconds", "Duration of the last run.", report.seconds)
    gauge("run_requests", "Requests of the last run.", report.requests)
    gauge("run_response_bytes", "Bytes received in the last run.", report.bytes)
    ends = Gauge("nongshang_run_addresses", "Addresses by how they ended.", ["end"], registry=registry)
    for name, count in report.tally.items():
        ends.labels(name).set(count)
    found = Gauge("nongshang_run_findings", "Findings of the last run.", ["verdict"], registry=registry)
    for verdict in ("amber", "red"):
        found.labels(verdict).set(sum(finding.verdict == verdict for finding in report.findings))
    stated = Gauge("nongshang_run_field_coverage", "Share that states a field.", ["field"], registry=registry)
    for name, (share, _) in report.coverage.items():
        stated.labels(name).set(share.rate)
    gauge("run_finished_timestamp_seconds", "When the last run ended.", now().timestamp())
    return str(generate_latest(registry), "utf-8")


def _secret(value: SecretStr | str) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a collector may read at any instant."""
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError as error:
        log.warning("%s could not be written: %s", path, error.strerror)
