"""What a test does without a program or a library."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test where something is missing, but fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def import_or_skip(name: str) -> Any:
    """Return a module; without it skip the test, but fail it in CI."""
    try:
        return import_module(name)
    except ImportError as error:
        skip_or_fail(f"{name} is not installed: {error}")
