"""When an address is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.intervals import next_check

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "after"),
    [
        (timedelta(0), timedelta(days=1)),
        (timedelta(hours=-3), timedelta(days=1)),  # a page dated ahead of our clock
        (timedelta(days=4), timedelta(days=4)),
        (timedelta(days=4000), timedelta(days=90)),
    ],
)
def test_an_address_is_checked_after_as_long_as_it_has_been_quiet(quiet, after):
    assert next_check(NOW, NOW - quiet) == NOW + after


def test_what_nothing_is_known_of_is_checked_tomorrow():
    assert next_check(NOW, None) == NOW + timedelta(days=1)
