"""Which addresses may be asked."""

import pytest

from sassspider.network.resolver import is_ip, is_public


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
