"""Which addresses may be asked."""

from typing import cast

import pytest
from twisted.internet.base import ReactorBase

from sassspider.network.resolver import PublicResolver, is_ip, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "202.61.89.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_all_others(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(("name", "is_one"), [("127.0.0.1", True), ("::1", True), ("en.sass.cn", False)])
def test_an_address_in_place_of_a_name(name: str, is_one: bool) -> None:
    assert is_ip(name) is is_one


def test_what_goes_past_the_proxy_is_not_trusted_as_the_proxy_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", "en.sass.cn")
    monkeypatch.setenv("no_proxy", "en.sass.cn")
    trusted = PublicResolver(cast(ReactorBase, None), 0, 1.0, ["inner.test"]).trusted
    assert "en.sass.cn" not in trusted
    assert {"localhost", "proxy.test", "inner.test"} <= trusted
