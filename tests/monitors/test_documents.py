"""What docs/operate.md says of health is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from sassspider import settings
from sassspider.alerting import CHANNELS
from sassspider.monitors.suite import HealthSuite

from ..crawling import PROJECT

TEXT = (PROJECT / "docs/operate.md").read_text(encoding="utf-8").partition("\n## Health\n")[2]


def test_every_check_has_a_row() -> None:
    assert [name for name, _ in HealthSuite.monitors if f"| {name} |" not in TEXT] == []


def test_every_setting_is_named() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8").split("# Health:")[1].split("ADDONS =")[0]
    names = re.findall(r"^(HEALTH_\w+) =", source, re.MULTILINE)
    assert len(names) > 5
    assert [name for name in names if f"`{name}`" not in TEXT] == []


def test_every_channel_has_an_example_with_all_that_it_needs() -> None:
    examples = dict(re.findall(r"SASSSPIDER_ALERTS=(\w+)\n(.*?)```", TEXT, re.DOTALL))
    assert set(examples) == set(CHANNELS)
    lacking = [
        (name, one) for name, channel in CHANNELS.items() for one in channel.settings if f"{one}=" not in examples[name]
    ]
    assert lacking == []
