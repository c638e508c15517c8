"""Fails when a package in requirements.txt has a known weakness that audit.toml does not excuse, or no longer does.

``python scripts/audit.py``. Exit code: 0 nothing found, or nobody could be asked, which is told loudly; 1 otherwise.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("pypi", "osv")  # the second where the first has nothing to say, as mirrors of PyPI have not
TIMEOUT = 300  # seconds for all packages


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problems`` fail; ``notes`` only tell. ``audited`` is how many packages something is known of."""

    audited: int
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def judge(report: Mapping[str, Any], exempt: Sequence[Mapping[str, Any]], today: date) -> Verdict:
    """Judge pip-audit's JSON. ``exempt`` are the entries of audit.toml; one without reason or end is a problem."""
    packages = report.get("dependencies", [])
    audited = [one for one in packages if "skip_reason" not in one]
    verdict = Verdict(len(audited))
    sound = {}
    for entry in exempt:
        if entry.get("id") and entry.get("reason") and type(entry.get("until")) is date:
            sound[entry["id"]] = entry
        else:
            verdict.problems.append(f"audit.toml: {dict(entry)} needs id, reason, and until as a date like 2026-12-31")
    used = set()
    for package in audited:
        for finding in package.get("vulns", []):
            used |= _judge_finding(package, finding, sound, today, verdict)
    verdict.notes.extend(f"audit.toml: {name} is found no more; take it out" for name in sound if name not in used)
    if len(audited) < len(packages):
        verdict.notes.append(f"{len(packages) - len(audited)} of {len(packages)} packages could not be audited")
    return verdict


def _judge_finding(
    package: Mapping[str, Any], finding: Mapping[str, Any], exempt: Mapping[str, Any], today: date, verdict: Verdict
) -> set[str]:
    """Put a finding where it belongs; return the entries that excuse it, or once did."""
    names = {finding["id"], *finding.get("aliases", [])} & exempt.keys()
    fixed = ", ".join(finding.get("fix_versions", [])) or "no version yet"
    told = f"{package['name']} {package['version']} has {finding['id']} (mended in {fixed})"
    if any(exempt[name]["until"] >= today for name in names):
        verdict.notes.extend(f"{told}; it waits: {exempt[name]['reason']}" for name in sorted(names))
    else:
        ended = "".join(f"; {name} was to wait until {exempt[name]['until']}" for name in sorted(names))
        verdict.problems.append(f"{told}{ended}")
    return names


def ask(service: str) -> Mapping[str, Any] | str:
    """pip-audit's report, or in words why there is none."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(ROOT / "requirements.txt"), "--disable-pip", "--no-deps"]
    command += ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT)  # noqa: S603
        report: Mapping[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"{service} did not answer within {TIMEOUT} seconds"
    except ValueError:
        return f"{service}: {(done.stderr.strip().splitlines() or ['no answer'])[-1]}"
    return report


def main() -> int:
    """Ask, judge, tell."""
    if find_spec("pip_audit") is None:
        print("audit: pip-audit is not installed: pip install -r requirements-dev.txt", file=sys.stderr)
        return 1
    exempt = tomllib.loads((ROOT / "audit.toml").read_text(encoding="utf-8")).get("exempt", [])
    verdict = Verdict(0)
    for service in SERVICES:
        report = ask(service)
        if isinstance(report, str):
            print(f"audit: {report[:300]}", file=sys.stderr)
            continue
        verdict = judge(report, exempt, datetime.now(UTC).date())
        print(*(f"audit: {line}" for line in (*verdict.notes, *verdict.problems)), sep="\n", file=sys.stderr)
        if verdict.audited or verdict.problems:
            break
    if not verdict.audited:
        print("audit: WARNING: NOTHING WAS AUDITED, no database of weaknesses can be asked from here", file=sys.stderr)
    else:
        print(f"audit: {verdict.audited} packages audited, {len(verdict.problems)} problems")
    return 1 if verdict.problems else 0


if __name__ == "__main__":
    sys.exit(main())
