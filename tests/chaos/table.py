"""Write the table of docs/reliability.md from what these tests found: ``python -m tests.chaos.table RESULTS FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.chaos.results import Row

HEAD = "| fault | result | lost | twice | wrong |\n| --- | --- | --: | --: | --: |\n"


def main(results: Path, file: Path) -> None:
    """Replace the table at the end of the page, faults of pages first."""
    rows = sorted((Row(**json.loads(path.read_text(encoding="utf-8"))) for path in results.glob("*.json")), key=_order)
    lines = [f"| {row.fault} | {row.result} | {row.lost} | {row.twice} | {row.wrong} |\n" for row in rows]
    text = file.read_text(encoding="utf-8").partition(HEAD)[0]
    file.write_text(text + HEAD + "".join(lines), encoding="utf-8")
    print(f"{file}: {len(rows)} faults")


def _order(row: Row) -> tuple[bool, str]:
    return ":" in row.fault or row.fault[0].isupper(), row.fault


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
