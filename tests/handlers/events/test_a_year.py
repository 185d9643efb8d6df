"""A whole year on three continents: everything that comes unasked comes once, at the hour written here, and tells the
right time; around every change of clocks and over the holidays of each place."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select

from db.models.events import Event
from handlers.events.card import Attend
from handlers.events.organising import RepeatEvent
from tests.actors import Actor, Shown
from tests.events import event
from tests.marks import on_both_databases
from tests.people import member
from tests.stage import START, Stage, expected

ZONES = {"New York": "America/New_York", "Shanghai": "Asia/Shanghai", "Sydney": "Australia/Sydney"}
PEOPLE = {
    "Anna": ("Chemnitz", "de"),
    "Bernd": ("Berlin", "de"),
    "Chen": ("Shanghai", "zh_Hans"),
    "Grace": ("New York", "en"),
    "Kate": ("Sydney", "en"),
}
ABROAD = {"New York": "Lunch Brunch Carols", "Shanghai": "Kino Teehaus Fest Laternen", "Sydney": "Picnic"}

# Clocks change on 29 March and 25 October in Germany; on 1 November in New York, in March on the 8th; on 5 April and
# 4 October in Sydney; never in China. An event, its start by the clock of the venue (Chemnitz unless abroad; it lasts
# two hours), who attends, and by their own clock: the start; a day before by the clock, moved to the end of the quiet
# hours (nine to eight), and off the morning of a holiday to 18:00 on one of the three days before that is none, else to
# noon; an hour before to the minute, dropped ("-") in the quiet hours; the days on which they are asked at nine how it
# was, and asked again, three days later: never on a holiday.
A_YEAR = """
Lunch       03-13 12:00  Anna   03-13 17:00  03-12 17:00  03-13 16:00  03-14  03-17  five hours apart, else six
                         Chen   03-14 00:00  03-13 08:00  -            03-14  03-17  until two: that is evening
                         Grace  03-13 12:00  03-12 12:00  03-13 11:00  03-14  03-17
                         Kate   03-14 03:00  03-13 08:00  -            03-15  03-18  until five: the next morning
Kino        03-28 19:30  Anna   03-28 12:30  03-27 12:30  03-28 11:30  03-29  04-01  asked just after the change
                         Chen   03-28 19:30  03-27 19:30  03-28 18:30  03-29  04-01
Stammtisch  03-29 19:00  Anna   03-29 19:00  03-28 19:00  03-29 18:00  03-30  04-02
                         Chen   03-30 01:00  03-29 08:00  -            03-30  04-02
                         Grace  03-29 13:00  03-28 13:00  03-29 12:00  03-30  04-02
                         Kate   03-30 04:00  03-29 08:00  -            03-31  04-07  not over Easter
Ostergang   04-04 10:00  Anna   04-04 10:00  04-02 18:00  04-04 09:00  04-05  04-08  not on Good Friday
                         Chen   04-04 16:00  04-03 16:00  04-04 15:00  04-07  04-10  Qingming, two days
                         Grace  04-04 04:00  04-03 08:00  -            04-05  04-08
Picnic      04-05 11:00  Bernd  04-05 03:00  04-04 08:00  -            04-07  04-10  not on Easter Monday
                         Chen   04-05 09:00  04-04 09:00  04-05 08:00  04-07  04-10  at eight sharp
                         Kate   04-05 11:00  04-02 18:00  04-05 10:00  04-07  04-10  Easter Saturday counts, too
Stammtisch  04-26 19:00  Anna   04-26 19:00  04-25 19:00  04-26 18:00  04-27  04-30
Stammtisch  05-31 19:00  Anna   05-31 19:00  05-30 19:00  05-31 18:00  06-01  06-04
Stammtisch  06-28 19:00  Anna   06-28 19:00  06-27 19:00  06-28 18:00  06-29  07-02
Stammtisch  07-26 19:00  Anna   07-26 19:00  07-25 19:00  07-26 18:00  07-27  07-30
Stammtisch  08-30 19:00  Anna   08-30 19:00  08-29 19:00  08-30 18:00  08-31  09-03
Stammtisch  09-27 19:00  Anna   09-27 19:00  09-26 19:00  09-27 18:00  09-28  10-01
Picnic      10-04 11:00  Anna   10-04 02:00  10-02 18:00  -            10-05  10-08  not on German Unity Day
                         Chen   10-04 08:00  09-30 18:00  -            10-08  10-11  National Day: 1st to 7th
                         Kate   10-04 11:00  10-03 11:00  10-04 10:00  10-06  10-09  not on Labour Day
Teehaus     10-08 10:00  Anna   10-08 04:00  10-07 08:00  -            10-09  10-12
                         Chen   10-08 10:00  10-07 12:00  10-08 09:00  10-09  10-12  a week of holidays
                         Grace  10-07 22:00  10-07 08:00  -            10-08  10-11  not at nine sharp
Kino        10-24 19:30  Anna   10-24 13:30  10-23 13:30  10-24 12:30  10-25  10-28  asked just after the change
Stammtisch  10-25 19:00  Anna   10-25 19:00  10-24 19:00  10-25 18:00  10-26  10-29
                         Chen   10-26 02:00  10-25 08:00  -            10-27  10-30  until four sharp
                         Grace  10-25 14:00  10-24 14:00  10-25 13:00  10-26  10-29  five hours apart again
                         Kate   10-26 05:00  10-25 08:00  -            10-27  10-30
Kino        10-31 19:30  Anna   10-31 12:30  10-30 12:30  10-31 11:30  11-01  11-04  an hour is an hour
Matinee     11-01 10:00  Anna   11-01 10:00  10-30 18:00  11-01 09:00  11-02  11-05  Reformation Day in Saxony
                         Bernd  11-01 10:00  10-31 10:00  11-01 09:00  11-02  11-05  not in Berlin
                         Grace  11-01 04:00  10-31 08:00  -            11-02  11-05
Brunch      11-01 11:00  Anna   11-01 17:00  10-31 17:00  11-01 16:00  11-02  11-05  the afternoon will do
                         Chen   11-02 00:00  11-01 08:00  -            11-02  11-05
                         Grace  11-01 11:00  10-31 11:00  11-01 10:00  11-02  11-05
                         Kate   11-02 03:00  11-01 08:00  -            11-03  11-06
Vortrag     11-17 19:00  Anna   11-17 19:00  11-16 19:00  11-17 18:00  11-19  11-22  Repentance Day in Saxony
                         Bernd  11-17 19:00  11-16 19:00  11-17 18:00  11-18  11-21  not in Berlin
Werkstatt   11-19 10:00  Anna   11-19 10:00  11-17 18:00  11-19 09:00  11-20  11-23
                         Bernd  11-19 10:00  11-18 10:00  11-19 09:00  11-20  11-23
Stammtisch  11-29 19:00  Anna   11-29 19:00  11-28 19:00  11-29 18:00  11-30  12-03
                         Grace  11-29 13:00  11-28 13:00  11-29 12:00  11-30  12-03
Carols      12-24 16:00  Anna   12-24 22:00  12-24 08:00  -            12-27  12-30  after two days of Christmas
                         Grace  12-24 16:00  12-23 16:00  12-24 15:00  12-26  12-29  after one
Wanderung   12-27 10:00  Bernd  12-27 10:00  12-24 18:00  12-27 09:00  12-28  12-31  before two
Stammtisch  12-27 19:00  Anna   12-27 19:00  12-26 19:00  12-27 18:00  12-28  12-31
Stammtisch  01-31 19:00  Anna   01-31 19:00  01-30 19:00  01-31 18:00  02-01  02-04
Fest        02-07 10:00  Chen   02-07 10:00  02-04 18:00  02-07 09:00  02-11  02-14  Spring Festival: 5th to 10th
Laternen    02-09 10:00  Anna   02-09 03:00  02-08 08:00  -            02-10  02-13
                         Chen   02-09 10:00  02-08 12:00  02-09 09:00  02-11  02-14  three days back none is free
Stammtisch  02-28 19:00  Anna   02-28 19:00  02-27 19:00  02-28 18:00  03-01  03-04
"""
GERMAN = "04-03 04-06 05-01 05-14 05-25 10-03 12-25 12-26 01-01"
# Public holidays. A Sunday within a Chinese holiday week is free as every Sunday is.
HOLIDAYS = {
    "Anna": f"{GERMAN} 10-31 11-18",
    "Bernd": GERMAN,
    "Chen": "04-05 04-06 05-01 05-02 05-04 05-05 06-19 09-25 10-01 10-02 10-03 10-05 10-06 10-07 01-01 "
    "02-05 02-06 02-07 02-08 02-09 02-10",
    "Grace": "05-25 06-19 07-03 07-04 09-07 10-12 11-03 11-11 11-26 12-25 01-01 01-18 02-12 02-15",
    "Kate": "04-03 04-04 04-05 04-06 04-25 04-27 06-08 10-05 12-25 12-26 12-28 01-01 01-26",
}
# A day is one by the clock; the message says how long it really is.
DAYS = {
    ("Stammtisch", "Anna", "03-28 19:00"): "23 Stunden",
    ("Stammtisch", "Anna", "04-25 19:00"): "24 Stunden",
    ("Stammtisch", "Anna", "10-24 19:00"): "25 Stunden",
    ("Picnic", "Kate", "10-03 11:00"): "23 hours",
    ("Brunch", "Grace", "10-31 11:00"): "25 hours",
}
HOURS = {"de": "60 Minuten", "en": "60 minutes", "zh_Hans": "60分钟"}
CLOCKS = {"de": "EEE, d. MMM y, HH:mm", "en": "EEE, d MMM y, HH:mm", "zh_Hans": "y年M月d日 EEE HH:mm"}
SENTENCES = {
    "day": "Are you still coming? If not, somebody else will be glad of the seat.",
    "hour": "<b>{event}</b> begins in {time}.",
    "asked": "How was <b>{event}</b>? Seven short questions, a minute with the thumb.",
    "again": "A reminder: would you tell us how <b>{event}</b> was?",
}


class Row(NamedTuple):
    title: str
    start: str
    name: str
    begins: str
    day: str
    hour: str
    asked: str
    again: str


class Letter(NamedTuple):
    """What came to somebody, when by their own clock, and about which event."""

    title: str
    name: str
    kind: str
    at: str


def read_table() -> list[Row]:
    rows: list[Row] = []
    for line in A_YEAR.strip().splitlines():
        fields = re.split(" {2,}", line.strip())
        about = rows[-1][:2] if line.startswith(" ") else (fields.pop(0), fields.pop(0))
        rows.append(Row(*about, *fields[:6]))
    return rows


def letters_of(row: Row) -> list[Letter]:
    moments = {"day": row.day, "hour": row.hour, "asked": f"{row.asked} 09:00", "again": f"{row.again} 09:00"}
    return [Letter(row.title, row.name, kind, at) for kind, at in moments.items() if at != "-"]


def by_clock(at: datetime, city: str) -> datetime:
    return at.astimezone(ZoneInfo(ZONES.get(city, "Europe/Berlin")))


def instant(wall: str, city: str) -> datetime:
    """When a clock in this city shows that, in the year from 10 March on."""
    local = datetime.fromisoformat(f"{2026 if wall >= '03-10' else 2027}-{wall}")
    return local.replace(tzinfo=ZoneInfo(ZONES.get(city, "Europe/Berlin"))).astimezone(UTC)


def venue(title: str) -> str:
    return next((city for city, titles in ABROAD.items() if title in titles.split()), "Chemnitz")


async def make_events(stage: Stage, rows: list[Row]) -> dict[tuple[str, datetime], int]:
    """Their ids by title and start. The Stammtisch is a series: the last Sunday of every month."""
    karin = member(stage, "Karin", coordinator=True)
    for title, start in dict.fromkeys(row[:2] for row in rows):
        if title != "Stammtisch" or start == "03-29 19:00":
            hours = (instant(start, venue(title)) - START) / timedelta(hours=1)
            made = event(stage, title, city=venue(title), in_hours=hours)
        if start == "03-29 19:00":
            await karin.presses(RepeatEvent(made).pack(), None)
            await karin.taps("Every month, on the same weekday of the month")
            await karin.says("11")
            for label in ("Announce", "No", "Set these dates"):
                await karin.taps(label)
    found = stage.looks_up(lambda session: list(session.scalars(select(Event))))
    return {(each.titles["de"], each.starts_at): each.id for each in found}


def recognise(name: str, shown: Shown, now: datetime) -> Letter:
    city, language = PEOPLE[name]
    title = next((row.title for row in read_table() if row.title in shown.text), shown.text)
    patterns = {kind: expected(language, text, {"event": title}) for kind, text in SENTENCES.items()}
    kind = next((kind for kind, pattern in patterns.items() if pattern.search(shown.text)), shown.text)
    return Letter(title, name, kind, f"{by_clock(now, city):%m-%d %H:%M}")


async def live(stage: Stage, people: dict[str, Actor], until: datetime) -> list[tuple[Letter, str]]:
    """Stop whenever something is due, and gather what has come by then, with its text."""
    gathered = []
    seen = {name: len(actor.messages()) for name, actor in people.items()}
    while (now := stage.clock.now()) < until:
        stage.clock.move(min(await stage.app.planning.next_due() or until, until) - now)
        await stage.app.ticks.all_at_once()
        await stage.app.planning.clear()
        for name, actor in people.items():
            new = actor.messages()[seen[name] :]
            gathered += [(recognise(name, shown, stage.clock.now()), shown.text) for shown in new]
            seen[name] += len(new)
    return gathered


def assert_humane(letter: Letter) -> None:
    """Not in the quiet hours; and what can be moved, not on the morning of a holiday."""
    day, clock = letter.at.split()
    assert "08:00" <= clock < "21:00", letter
    assert letter.kind == "hour" or clock >= "12:00" or day not in HOLIDAYS[letter.name].split(), letter


def assert_times(row: Row, texts: dict[Letter, str]) -> None:
    """Both reminders say how far it is; the one a day before tells both clocks, the venue's only where it differs."""
    city, language = PEOPLE[row.name]
    day, *hour = (texts[letter] for letter in letters_of(row) if letter.kind in ("day", "hour"))
    for wall, place in ((row.begins, city), (row.start, venue(row.title))):
        assert format_datetime(by_clock(instant(wall, place), place), CLOCKS[language], locale=language) in day
    told = expected(language, "At the venue: {time}", {}).search(day)
    assert bool(told) == (row.begins != row.start)
    assert DAYS.get((row.title, row.name, row.day), "") in day
    assert bool(hour) == (8 <= int(row.begins[6:8]) - 1 < 21)
    assert all(HOURS[language] in text for text in hour)


@on_both_databases
async def test_a_year(stage: Stage) -> None:
    rows = read_table()
    people = {name: member(stage, name, city=city, language=language) for name, (city, language) in PEOPLE.items()}
    ids = await make_events(stage, rows)
    for row in rows:
        begins = instant(row.start, venue(row.title))
        assert begins == instant(row.begins, PEOPLE[row.name][0])
        await people[row.name].presses(Attend(ids[row.title, begins]).pack(), None)
    letters = sorted(letter for row in rows for letter in letters_of(row))
    came = await live(stage, people, START + timedelta(days=365))
    assert sorted(letter for letter, _text in came) == letters
    for letter in letters:
        assert_humane(letter)
    for row in rows:
        assert_times(row, dict(came))
