"""The user agent names a contact."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from sassspider import __version__
from sassspider.addons import UserAgentAddon


def user_agent(contact: str | None, **given: str) -> str:
    settings = Settings({"CONTACT": contact} | given)
    UserAgentAddon().update_settings(settings)
    return settings["USER_AGENT"]


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("desk@example.org", "desk@example.org"),
        (" https://example.org/bot\n", "https://example.org/bot"),
        ("desk\r\nX-Header: 1", "desk X-Header: 1"),
        ("", "operator has left no address"),
        (None, "operator has left no address"),
    ],
)
def test_user_agent_names_contact(contact: str | None, shown: str) -> None:
    assert user_agent(contact) == f"sassspider/{__version__} (+{shown})"


def test_own_user_agent_stays() -> None:
    assert user_agent("desk@example.org", USER_AGENT="mine") == "mine"
