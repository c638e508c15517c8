"""``python -m tests.mocksite``: serves the synthetic site until it is told to stop."""

from __future__ import annotations

import sys

from tests.mocksite.cli import main

if __name__ == "__main__":
    sys.exit(main())
