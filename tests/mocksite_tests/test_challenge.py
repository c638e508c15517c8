import pytest

from tests.mocksite import Request, SiteOptions
from tests.mocksite.challenge import COOKIE, answer, page
from tests.mocksite.wire import wire_format
from tests.mocksite_tests.reading import MakeSite

ROBOTS = "/robots.txt"


def get(agent: str = "one", cookie: str = "") -> Request:
    return Request("GET", ROBOTS, {"user-agent": agent} | ({"cookie": cookie} if cookie else {}))


def pass_cookie(body: bytes) -> str:
    """The cookie that the page's script would set."""
    number = int(body.decode().split("asked = ")[1].split(",")[0])
    return f"{COOKIE}={number}.{answer(number)}"


@pytest.mark.parametrize("status", ["200", "412", "521"])
def test_everything_is_behind_the_challenge_until_its_cookie_comes(make_site: MakeSite, status: str) -> None:
    site = make_site(challenge=status)
    asked = site.respond(get())
    assert asked.status == int(status)
    assert b"document.cookie" in asked.body
    cookie = pass_cookie(asked.body)
    assert site.respond(get(cookie=f"other=1; {cookie}")).body.startswith(b"User-agent")
    assert site.respond(get("two", cookie)).status == int(status)
    assert b"document.cookie" in site.respond(get("two", cookie)).body
    assert wire_format(get(), asked).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    "cookie", ["", "gate=", "gate=1009", "gate=1009.1", "gate=1009.x", "gate=x.1", "gate=\\;;", "=;;"]
)
def test_a_wrong_cookie_lets_nobody_in(make_site: MakeSite, cookie: str) -> None:
    site = make_site(challenge="200")
    site.respond(get())
    assert b"document.cookie" in site.respond(get(cookie=cookie)).body


def test_a_cookie_lasts_for_so_many_requests(make_site: MakeSite) -> None:
    site = make_site(challenge="412", challenge_lasts=2)
    cookie = pass_cookie(site.respond(get()).body)
    assert [site.respond(get(cookie=cookie)).status for _ in range(4)] == [200, 200, 412, 412]


def test_without_the_option_there_is_no_gate(make_site: MakeSite) -> None:
    assert make_site().respond(get()).status == 200


def test_the_page_names_no_answer() -> None:
    assert str(answer(1009)) not in page(1009)


@pytest.mark.parametrize("wrong", [{"challenge": "403"}, {"challenge_lasts": -1}])
def test_wrong_options_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SiteOptions(**wrong)  # type: ignore[arg-type]
