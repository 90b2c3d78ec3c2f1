"""Ten thousand transactions from two writers at once: none may fail for want of the lock."""

import subprocess
import sys
import tempfile

from nongshang.demo import ROOT
from storage.archive import Archive
from storage.ledger import Ledger

TRANSACTIONS = 10_000

WRITE = """
import sys
from datetime import UTC, datetime
from storage.archive import Archive
from storage.ledger import Discovery
url, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Archive.open(url) as archive:
    for number in range(count):
        address = f"http://news.example/{name}/{number}.html"
        with archive.transaction() as tx:
            tx.discover([Discovery(address)], found_on=None, run_id=None, at=datetime.now(UTC))
            tx.close(address, "stored", "new", run_id=None)
"""


def run(transactions: int = TRANSACTIONS, seed: int = 0) -> bool:  # noqa: ARG001 - nothing here is left to chance
    """The part of `make soak`."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/archive.db"
        Archive.open(url).close()
        share = str(transactions // 2)
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITE, url, name, share], cwd=ROOT)
            for name in ("east", "west")
        ]
        codes = [writer.wait() for writer in writers]
        with Archive.open(url) as archive, archive.read() as connection:
            kept = Ledger(connection).tally().get("stored", 0)
    print(f"writers: exit codes {codes}, {kept} of {transactions} transactions kept")
    return codes == [0, 0] and kept == transactions
