"""The user agent names a contact."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from sassspider import __version__
from sassspider.addons import SettingsAddon


@pytest.mark.parametrize(
    ("given", "user_agent"),
    [
        ({"CONTACT": "desk\r\nX-Header: 1"}, f"sassspider/{__version__} (+desk X-Header: 1)"),
        ({"CONTACT": ""}, f"sassspider/{__version__} (+operator has left no address)"),
        ({"CONTACT": "desk@example.org", "USER_AGENT": "mine"}, "mine"),
    ],
)
def test_user_agent_names_contact(given: dict[str, str], user_agent: str) -> None:
    settings = Settings(given)
    SettingsAddon().update_settings(settings)
    assert settings["USER_AGENT"] == user_agent
