"""When a site is left alone, and when it is given up."""

from sassspider.resilience.breaker import Breaker


def make_open(at: float = 100.0) -> Breaker:
    breaker = Breaker(limit=3, cooldown=10, patience=60)
    for _ in range(3):
        breaker.fail(at)
    return breaker


def test_it_opens_at_the_limit_and_not_before() -> None:
    breaker = Breaker(limit=3, cooldown=10, patience=60)
    breaker.fail(1)
    breaker.fail(2)
    assert breaker.find_wait(2) == 0
    breaker.fail(3)
    assert breaker.find_wait(3) == 10


def test_one_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(limit=3, cooldown=10, patience=60)
    for _ in range(5):
        breaker.fail(1)
        breaker.fail(1)
        breaker.succeed()
    assert breaker.find_wait(1) == 0


def test_after_the_cooldown_one_request_goes_and_the_others_wait() -> None:
    breaker = make_open()
    assert breaker.find_wait(105) == 5
    assert breaker.find_wait(110) == 0
    assert breaker.find_wait(110) > 0


def test_a_try_of_which_nothing_is_heard_is_followed_by_another() -> None:
    breaker = make_open()
    assert breaker.find_wait(110) == 0
    assert breaker.find_wait(115) == 5
    assert breaker.find_wait(120) == 0


def test_a_try_that_fails_doubles_the_cooldown() -> None:
    breaker = make_open()
    assert breaker.find_wait(110) == 0
    breaker.fail(111)
    assert breaker.find_wait(111) == 20


def test_failures_of_requests_under_way_do_not_lengthen_it() -> None:
    breaker = make_open()
    breaker.fail(101)
    assert breaker.find_wait(101) == 9


def test_a_try_that_succeeds_closes_it() -> None:
    breaker = make_open()
    assert breaker.find_wait(110) == 0
    breaker.succeed()
    assert [breaker.find_wait(111), breaker.find_wait(111)] == [0, 0]


def test_the_last_try_comes_when_patience_ends() -> None:
    breaker = make_open()
    for now in (110, 131):
        assert breaker.find_wait(now) == 0
        breaker.fail(now)
    assert breaker.find_wait(131) == 29  # not 40
    assert not breaker.is_hopeless(159)
    assert breaker.is_hopeless(160)


def test_a_site_that_answers_is_never_hopeless() -> None:
    breaker = make_open()
    breaker.succeed()
    assert not breaker.is_hopeless(10**6)
