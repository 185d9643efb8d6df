"""What of the members may be taken away, and for what: no more than the purpose needs. A line to be in touch by is
never among it: people give that to one person at a time, whom they choose."""

from collections.abc import Mapping, Sequence
from enum import StrEnum


class Purpose(StrEnum):
    """What an export is for. LETTERS go to nobody who objected; REPORT has no names; BREACH tells people what happened
    to their data, whom no message of ours reached."""

    LETTERS = "letters"
    SELECTION = "selection"
    RECORDS = "records"
    REPORT = "report"
    BREACH = "breach"


class Part(StrEnum):
    """What may be taken away of a member, in this order."""

    NAME = "name"
    STUDIES = "studies"
    RELATION = "relation"
    TOPICS = "topics"
    PLACE = "place"
    WORK = "work"
    LANGUAGE = "language"


OFFERED: Mapping[Purpose, tuple[Part, ...]] = {
    Purpose.LETTERS: (Part.NAME, Part.STUDIES, Part.PLACE, Part.LANGUAGE),
    Purpose.SELECTION: tuple(Part),
    Purpose.RECORDS: tuple(Part),
    Purpose.REPORT: (Part.STUDIES, Part.RELATION, Part.TOPICS, Part.PLACE, Part.LANGUAGE),
    Purpose.BREACH: (Part.NAME, Part.STUDIES, Part.PLACE, Part.LANGUAGE),
}


def in_order(parts: Sequence[str]) -> list[Part]:
    """As they stand side by side, whatever the order in which they were chosen."""
    return [part for part in Part if part in parts]
