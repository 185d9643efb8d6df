"""What those who came to an event of the invented network say about it: a survey each, anonymous as all of them."""

from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any

from bot.demo.occasions import EVENTS
from db.surveys import OPEN_FOR

Row = dict[str, Any]
KEEP = ("主题很贴近实际", "晚宴的座位安排", "Die Gespräche am Tisch", "讲者的案例", "The mix of industries")
CHANGE = ("开始时间可以早一些", "Mehr Zeit für Fragen", "麦克风音量", "A list of participants beforehand")


class Afterwards:
    """Gives surveys rows, by the ends of the events and who was there. They are over after two weeks, and their results
    are final. `ends` and `attendances` are those of all events."""

    def __init__(self, ends: Sequence[datetime], attendances: Sequence[Row], random: Random, now: datetime) -> None:
        self._told = {number: planned.told for number, planned in enumerate(EVENTS, 1) if planned.told}
        self._ends = dict(enumerate(ends, 1))
        self._came = [row for row in attendances if row["checked_in_at"] is not None]
        self._random = random
        self._now = now

    def survey_rows(self) -> list[Row]:
        return [self._survey(number, told) for number, told in self._told.items()]

    def _survey(self, number: int, told: int) -> Row:
        opened, final = self._ends[number], self._is_final(number)
        return {
            "id": number,
            "event_id": number,
            "anonymous": True,
            "opened_at": opened,
            "closes_at": opened + OPEN_FOR,
            "closed_at": opened + OPEN_FOR if final else None,
            "shown": told if final else None,
        }

    def participation_rows(self) -> list[Row]:
        rows = []
        for number, told in self._told.items():
            came = sorted(row["member_id"] for row in self._came if row["event_id"] == number)
            for place, member in enumerate(came):
                state = "answered" if place < told else "asked"
                rows.append({"survey_id": number, "member_id": member, "state": state})
        return rows

    def ballot_rows(self, participations: Sequence[Row]) -> list[Row]:
        """As many ballots as answered, kind on the whole, some with words."""
        return [
            {
                "key": f"{self._random.getrandbits(128):032x}",
                "survey_id": row["survey_id"],
                "content": self._ballot(),
                "shown": self._is_final(row["survey_id"]),
            }
            for row in participations
            if row["state"] == "answered"
        ]

    def _ballot(self) -> dict[str, str]:
        pick = self._random.choice
        content = {
            "recommend": pick(("9", "8", "10", "9", "7", "10", "8", "6", "4")),
            "people": pick("34555"),
            "topic": pick("44553"),
            "organised": pick("45555"),
            "met": pick(("1", "2", "3", "5")),
        }
        if self._random.random() < 0.5:
            content["keep"] = pick(KEEP)
        if self._random.random() < 0.35:
            content["change"] = pick(CHANGE)
        return content

    def _is_final(self, number: int) -> bool:
        return self._ends[number] + OPEN_FOR <= self._now
