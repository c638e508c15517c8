"""The health checks of a crawl, listed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from spidermon import MonitorSuite
from spidermon.data import Data

from sassspider.monitors.age import Age
from sassspider.monitors.alerts import make_alerts
from sassspider.monitors.completeness import Completeness
from sassspider.monitors.coverage import FieldCoverage
from sassspider.monitors.damage import DamagedShare
from sassspider.monitors.drift import LayoutDrift
from sassspider.monitors.emptiness import Emptiness
from sassspider.monitors.errors import ErrorRatio
from sassspider.monitors.facts import gather
from sassspider.monitors.record import RecordHealth
from sassspider.monitors.validity import Validity

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class HealthSuite(MonitorSuite):
    """Every check runs whatever the others found. Not Spidermon's own suite: that stops where a setting is missing."""

    monitors: ClassVar[list[tuple[str, type]]] = [
        ("completeness", Completeness),
        ("field coverage", FieldCoverage),
        ("items valid", Validity),
        ("error ratio", ErrorRatio),
        ("zero articles", Emptiness),
        ("newest article", Age),
        ("layout drift", LayoutDrift),
        ("damaged share", DamagedShare),
    ]
    monitors_finished_actions: ClassVar[list[type]] = [RecordHealth]

    def __init__(self, crawler: Crawler, **options: Any):
        super().__init__(crawler=crawler, **options)
        alerts = make_alerts(crawler)
        self.add_monitors_finished_actions(alerts.always)
        self.add_monitors_failed_actions(alerts.on_failure)

    def init_data(self, data: Data) -> None:
        """Called by Spidermon before the monitors run."""
        super().init_data(Data({**data, "facts": gather(data.crawler)}))
