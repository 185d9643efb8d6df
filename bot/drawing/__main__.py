"""The child process: reads what to draw as JSON from its standard input, writes the picture or spreadsheet to its
standard output. What is to be logged goes to standard error, without a word of what anybody wrote.
"""

import json
import sys
from importlib import import_module

from bot.drawing.child import said_of, stand_back
from bot.drawing.data import Drawing

# A child whose parent was killed ends by itself; the parent's own limit is shorter.
LIFE_S = 45
# By name: a spreadsheet needs no Matplotlib, nor the other way round.
DRAWN_BY = {
    Drawing.SURVEY: ("bot.drawing.charts", "draw_survey"),
    Drawing.COMMENTS: ("bot.drawing.charts", "draw_comments"),
    Drawing.BARS: ("bot.drawing.charts", "draw_bars"),
    Drawing.ANSWERS: ("bot.drawing.charts", "draw_answers"),
    Drawing.MONTHS: ("bot.drawing.numbers", "draw_months"),
    Drawing.STACKS: ("bot.drawing.numbers", "draw_stacks"),
    Drawing.SHEET: ("bot.drawing.sheets", "draw_sheet"),
}


def main() -> int:
    stand_back(LIFE_S)
    try:
        asked = json.load(sys.stdin.buffer)
        module, function = DRAWN_BY[Drawing(asked["drawing"])]
        content = getattr(import_module(module), function)(asked["data"])
    except Exception as error:
        said_of(error)
        return 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
