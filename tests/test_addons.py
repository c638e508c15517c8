"""The user agent says who crawls; what is switched off is not there at all."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings

from sassspider import __version__
from sassspider.addons import LeanAddon, UserAgentAddon


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
def test_the_contact_is_in_the_user_agent_on_one_line(contact: str | None, shown: str) -> None:
    assert user_agent(contact) == f"sassspider/{__version__} (+{shown})"


def test_a_user_agent_that_the_operator_set_stays() -> None:
    assert user_agent("desk@example.org", USER_AGENT="mine") == "mine"


@pytest.mark.parametrize(
    ("kind", "component", "switch"),
    [
        ("EXTENSIONS", "scrapy.extensions.remote_control.RemoteControl", "REMOTE_CONTROL_ENABLED"),
        ("EXTENSIONS", "scrapy.extensions.telnet.TelnetConsole", "TELNETCONSOLE_ENABLED"),
        ("DOWNLOADER_MIDDLEWARES", "scrapy.downloadermiddlewares.cookies.CookiesMiddleware", "COOKIES_ENABLED"),
        ("DOWNLOADER_MIDDLEWARES", "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware", "HTTPCACHE_ENABLED"),
    ],
)
def test_a_component_is_there_only_if_it_is_switched_on(kind: str, component: str, switch: str) -> None:
    for is_on in (True, False):
        settings = Settings({switch: is_on})
        LeanAddon().update_settings(settings)
        assert (component in settings.get_component_priority_dict_with_base(kind)) is is_on
