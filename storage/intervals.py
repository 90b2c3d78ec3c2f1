"""When an address is looked at again: after as long as it has been quiet.

What was published or edited yesterday is looked at tomorrow, what has stood for a month in a month. So
the fresh, which do change, are checked often, and a hundred thousand old pages cost a few requests a night.
"""

from datetime import datetime, timedelta

SHORTEST = timedelta(days=1)
LONGEST = timedelta(days=90)


def next_check(now: datetime, changed_at: datetime | None) -> datetime:
    """When to check an address whose content last changed at `changed_at`."""
    quiet = now - changed_at if changed_at else timedelta(0)
    return now + min(max(quiet, SHORTEST), LONGEST)
