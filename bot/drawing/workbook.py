"""The child process that writes a large workbook: `python -m bot.drawing.workbook PATH` reads lines of JSON from its
standard input, first the name of the sheet and its header, then its rows, and writes the file.
"""

import json
import sys

from bot.drawing.child import said_of, stand_back
from bot.drawing.sheets import write_sheet

# A million rows take some minutes; the parent's own limit is shorter.
LIFE_S = 660


def main(path: str) -> int:
    stand_back(LIFE_S)
    try:
        asked = json.loads(sys.stdin.buffer.readline())
        write_sheet(path, asked["sheet"], asked["header"], map(json.loads, sys.stdin.buffer))
    except Exception as error:
        said_of(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
