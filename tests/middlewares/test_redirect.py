"""Where an answer leads."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from sassspider.middlewares.redirect import RedirectMiddleware

from .ground import PAGE, Ground


@pytest.mark.parametrize("location", ["http://[", "http://a:99999999999/", "http://127.0.0.1:x/", "http://\u2100/"])
@pytest.mark.parametrize("more", [{}, {"Set-Cookie": "a=b"}], ids=["plain", "with-a-cookie"])
def test_a_redirect_to_no_address_is_a_failure_and_no_defect_of_ours(location: str, more: dict[str, str]) -> None:
    answer = Response(PAGE, status=302, headers={"Location": location, **more})
    with pytest.raises(IgnoreRequest, match="which is no address"):
        RedirectMiddleware.from_crawler(Ground()).process_response(Request(PAGE), answer)
