"""What the monitors share."""

from __future__ import annotations

from spidermon import Monitor

from sassspider.monitors.facts import Facts

__unittest = True  # keeps this module's frames out of the reports that Spidermon makes of a failure


class HealthMonitor(Monitor):
    """One check. ``find_fault`` says what is wrong with a run, ``find_warning`` what is only worth a look."""

    warned: str | None = None

    @property
    def facts(self) -> Facts:
        """The facts of the run, gathered once for all monitors."""
        facts: Facts = self.data.facts
        return facts

    def find_fault(self) -> str | None:
        """What is wrong, in a line; None when nothing is."""
        return None

    def find_warning(self) -> str | None:
        """What somebody should look at, in a line; None when there is nothing."""
        return None

    def test_health(self) -> None:
        """The one method that Spidermon calls."""
        self.warned = self.find_warning()
        if fault := self.find_fault():
            self.fail(fault)
