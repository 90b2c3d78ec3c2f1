"""How a request that brought no page ended."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.outcomes import Outcome, outcome_of_error
from crawler.patience import seconds_asked_for

URL = "http://news.example/1.html"


def test_a_redirect_to_what_is_no_address_of_the_web_leads_off_the_site():
    with pytest.raises(ValueError, match="Missing scheme") as caught:
        Request("javascript:alert(1)")  # as the redirect makes it
    assert outcome_of_error(caught.value) == Outcome("offsite", "scheme")


@pytest.mark.parametrize(
    ("status", "printed", "seconds"),
    [
        (503, "120", 120),
        (429, " 0 ", 0),
        (503, "", None),
        (503, "soon", None),
        (503, "-5", None),
        (429, "Mon, 02 Mar 2020 01:30:00 GMT", 0),
        (404, "120", None),
    ],
)
def test_how_long_a_site_asks_to_be_left_alone(status, printed, seconds):
    assert seconds_asked_for(Response(URL, status=status, headers={"Retry-After": printed})) == seconds


def test_a_date_to_come_back_at_is_so_far_away():
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    seconds = seconds_asked_for(Response(URL, status=503, headers={"Retry-After": tomorrow}))
    assert seconds == pytest.approx(86_400, abs=600)
