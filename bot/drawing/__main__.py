"""The child process: reads what to draw as JSON from its standard input, writes the picture or spreadsheet to its
standard output. What is to be logged goes to standard error, without a word of what anybody wrote.
"""

import contextlib
import json
import logging
import os
import signal
import sys
import traceback
from importlib import import_module

from bot.drawing.data import Drawing

# A child whose parent was killed ends by itself; the parent's own limit is shorter.
LIFE_S = 45
# By name: a spreadsheet needs no Matplotlib, nor the other way round.
DRAWN_BY = {
    Drawing.SURVEY: ("bot.drawing.charts", "draw_survey"),
    Drawing.COMMENTS: ("bot.drawing.charts", "draw_comments"),
    Drawing.BARS: ("bot.drawing.charts", "draw_bars"),
    Drawing.MONTHS: ("bot.drawing.numbers", "draw_months"),
    Drawing.STACKS: ("bot.drawing.numbers", "draw_stacks"),
    Drawing.SHEET: ("bot.drawing.sheets", "draw_sheet"),
}


def main() -> int:
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    _stand_back()
    try:
        asked = json.load(sys.stdin.buffer)
        module, function = DRAWN_BY[Drawing(asked["drawing"])]
        content = getattr(import_module(module), function)(asked["data"])
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        logging.error("%s at %s:%s", type(error).__name__, os.path.basename(place.filename), place.lineno)  # noqa: PTH119
        return 1
    sys.stdout.buffer.write(content)
    return 0


def _stand_back() -> None:
    """Conversations go first; and nobody waits for ever. Windows has neither."""
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)
        signal.alarm(LIFE_S)


if __name__ == "__main__":
    sys.exit(main())
