"""What is good, and what needs a look: at the limit still good, a second beyond no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.health import Part, Vitals, need_a_look

GOOD = Vitals(
    unacted=timedelta(minutes=1),
    unshown=timedelta(minutes=5),
    notices=timedelta(minutes=5),
    announcements=timedelta(hours=1),
    members=100,
    unreached=20,
    chores=timedelta(hours=36),
    backup=timedelta(hours=36),
)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("vitals", [Vitals(), GOOD, replace(GOOD, chores=None)])
def test_up_to_the_limits_all_is_good(vitals: Vitals) -> None:
    assert need_a_look(vitals) == frozenset()


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"telegram_lost": True}, Part.TELEGRAM),
        ({"unacted": GOOD.unacted + SECOND}, Part.COMING_IN),
        ({"unshown": GOOD.unshown + SECOND}, Part.REPLIES),
        ({"notices": GOOD.notices + SECOND}, Part.GOING_OUT),
        ({"announcements": GOOD.announcements + SECOND}, Part.ANNOUNCEMENTS),
        ({"faults": 1}, Part.FAULTS),
        ({"given_up": 1}, Part.GIVEN_UP),
        ({"failed_jobs": 1}, Part.JOBS),
        ({"unreached": 21}, Part.REACH),
        ({"sending": False}, Part.SENDING),
        ({"chores": timedelta(hours=36) + SECOND}, Part.CHORES),
        ({"backup": timedelta(hours=36) + SECOND}, Part.BACKUP),
        ({"backup": None}, Part.BACKUP),
    ],
)
def test_each_part_needs_a_look_by_itself(changed: dict[str, object], part: Part) -> None:
    assert need_a_look(replace(GOOD, **changed)) == {part}  # type: ignore[arg-type]


def test_every_part_can_need_a_look() -> None:
    worst = replace(GOOD, telegram_lost=True, faults=1, given_up=1, failed_jobs=1, unreached=100, sending=False)
    late = dict.fromkeys(("unacted", "unshown", "notices", "announcements", "chores", "backup"), timedelta(days=9))
    assert need_a_look(replace(worst, **late)) == set(Part)  # type: ignore[arg-type]


@pytest.mark.parametrize(("members", "unreached"), [(0, 0), (1, 1), (19, 19)])
def test_of_a_few_people_nobody_worries_how_many_are_reached(members: int, unreached: int) -> None:
    assert need_a_look(Vitals(members=members, unreached=unreached)) == frozenset()
