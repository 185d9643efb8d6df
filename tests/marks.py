"""Where a dialogue runs, beyond the marks of conftest."""

from collections.abc import Callable
from typing import Any

import pytest


def on_both_databases(test: Callable[..., Any]) -> Callable[..., Any]:
    """Two at once: what counts is how the database holds, not the language or the door."""
    narrowed = pytest.mark.language("de")(pytest.mark.door("telegram")(test))
    return pytest.mark.everywhere(narrowed)
