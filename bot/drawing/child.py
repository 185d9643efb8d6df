"""What every child process that draws does first, and what it says of a failure: its kind and place, without a word of
what anybody wrote.
"""

import contextlib
import logging
import os
import signal
import sys
import traceback


def stand_back(life_s: int) -> None:
    """Conversations go first; and nobody waits for ever. Windows has neither."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)
        signal.alarm(life_s)


def said_of(error: Exception) -> None:
    place = traceback.extract_tb(error.__traceback__)[-1]
    logging.error("%s at %s:%s", type(error).__name__, os.path.basename(place.filename), place.lineno)  # noqa: PTH119
