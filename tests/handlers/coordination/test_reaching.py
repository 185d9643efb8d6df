"""Coordinators see whom we can reach, and bring people back by a letter with a code."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.conversation.i18n import day, named, speaking
from bot.domain.scope import CENTRAL
from db import doors, erasure, reachability
from db.doors import new_number
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.models.lists import Programme
from db.models.members import Affiliation, Code, Member, Status
from db.models.privacy import Audit
from db.reachability import Reach
from handlers.coordination.letters import WriteLetter
from handlers.coordination.reaching import Among, ListGroups, ListUnreached, OpenReach
from tests.actors import Actor, TelegramActor
from tests.clubs import club, enters
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage, translate

# Until the texts are in the catalogues.

LETTER = (
    "For your letter to {name}: {url}\n\nPlease print this address and the picture into the letter. They lead back to "
    "the same record, in a browser or on Telegram. They work once, until {until}."
)
CANNOT = "This person cannot be reached. What you can do: write a letter."
ISSUED = "This person cannot be reached. A code for a letter was issued on {issued} and is valid until {until}."
LANGUAGE = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}
GONE = "This person is no longer among the verified members; the record may have been erased."
DEAD_LINK = "This link was used already or has expired. Open /web at the other door for a new one."
COUNTS = "Telegram {telegram} · only in the browser {web} · not at all {none} · objected {objected}"
AT_ONCE = "At once, by Telegram: {n}"
BROWSER = "Only in the browser: {n}. They see an announcement at their next visit; nothing rings there."
OBJECTED = "Objected (/stop): {n}. They must not be written to."


def many(stage: Stage, people: int, channel: str, **values: Any) -> None:
    """So many members who come in by this door, as rows."""
    now = stage.clock.now()

    def add(session: Any) -> None:
        for _each in range(people):
            row = Member(
                number=new_number(), status=Status.VERIFIED, full_name="Many", created_at=now, seen_at=now, **values
            )
            session.add(row)
            session.flush()
            session.add(Door(channel=channel, external_id=row.number, member_id=row.id, used_at=now))

    stage.looks_up(add)


def changes(stage: Stage, name: str, **values: Any) -> None:
    """Let something be so about the member of this name."""
    stage.looks_up(lambda session: session.execute(update(Member).where(Member.full_name == name).values(**values)))


def loses_doors(stage: Stage, name: str) -> None:
    """Every door of this member turns out to lead nowhere, now."""
    row, now = find(stage, name).id, stage.clock.now()

    def lose(session: Any) -> None:
        for door in doors.doors_of(session, row):
            doors.mark_unreachable(session, door.id, now)

    stage.looks_up(lose)


def lost(stage: Stage, name: str = "Anna Weber", **details: Any) -> Actor:
    """A member whom no door leads to any more."""
    actor = member(stage, name, door="telegram", **details)
    loses_doors(stage, name)
    return actor


def codes_of(stage: Stage, name: str) -> list[Code]:
    row = find(stage, name).id
    query = select(Code).where(Code.member_id == row).order_by(Code.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def on(stage: Stage, instant: datetime) -> str:
    """A day as people on this stage read it; all of them live by the clock of Chemnitz."""
    with speaking(stage.language, "Europe/Berlin"):
        return day(instant)


async def opens(koch: Actor, name: str) -> None:
    """From the command to somebody's card."""
    await koch.says("/reach")
    await koch.taps("Not reachable ({n})")
    await koch.taps(name + "{rest}")


async def letter_to(koch: Actor, name: str) -> str:
    """The payload of the code for a letter to somebody."""
    await opens(koch, name)
    await koch.taps("Letter with a code")
    koch.reads(LETTER, name=name)
    return koch.link("/go/link_").split("/go/")[1]


async def comes_with(somebody: Actor, payload: str) -> None:
    """Somebody never seen follows the address in a letter."""
    await somebody.says(f"/start {payload}")
    await somebody.taps(LANGUAGE[somebody.language])


# --- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.everywhere
async def test_everybody_is_counted_once_and_whoever_objected_apart(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    member(stage, "Wang Li", door="web")
    lost(stage)
    both = member(stage, "Bernd Both", door="telegram")
    loses_doors(stage, both.name)
    row, now = find(stage, both.name).id, stage.clock.now()
    stage.looks_up(lambda session: session.add(Door(channel="web", external_id="b", member_id=row, used_at=now)))
    member(stage, "Olga Objects", door="telegram")
    changes(stage, "Olga Objects", objected_at=now)
    member(stage, "Lars Leaves", door="telegram")
    changes(stage, "Lars Leaves", erase_at=now + timedelta(hours=48))
    member(stage, "Petra Pending", verified=False, door="telegram")
    assert stage.looks_up(lambda session: reachability.overall(session, CENTRAL)) == Reach(1, 2, 1, 1)
    hidden = translate(stage.language, "not shown")
    await koch.says("/reach")
    for line in (AT_ONCE, BROWSER, OBJECTED):
        koch.reads(line, n=hidden)
    koch.reads("Not at all: {n}", n=1)


async def test_how_people_are_reached_is_a_statistic_and_who_is_not_an_exact_number(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    lost(stage)
    many(stage, 16, "telegram")
    many(stage, 8, "web")
    many(stage, 3, "web", objected_at=stage.clock.now())
    hidden = translate(stage.language, "not shown")
    await koch.says("/reach")
    koch.reads(AT_ONCE, n=15)
    koch.reads("Not at all: {n}", n=1)
    # Three alone would be found by subtracting: the next larger number is kept back, too.
    for line in (BROWSER, OBJECTED):
        koch.reads(line, n=hidden)
    many(stage, 3, "web", objected_at=stage.clock.now())
    await koch.says("/reach")
    koch.reads(BROWSER, n=5)
    koch.reads(OBJECTED, n=5)
    koch.reads("These are statistics: in steps of five, and small numbers are not shown.")


async def test_two_living_doors_make_one_person(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    row, now = find(stage, koch.name).id, stage.clock.now()
    browsers = [Door(channel="web", external_id=key, member_id=row, used_at=now) for key in ("one", "two")]
    stage.looks_up(lambda session: session.add_all(browsers))
    assert stage.looks_up(lambda session: reachability.overall(session, CENTRAL)) == Reach(telegram=1)


@pytest.mark.everywhere
async def test_each_club_has_its_figures_and_its_list(stage: Stage) -> None:
    chemnitz, leipzig = club(stage, "Chemnitz"), club(stage, "Leipzig")
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    lost(stage)
    lost(stage, "Zoe Elsewhere")
    for name in ("Katrin Koch", "Anna Weber"):
        enters(stage, name, chemnitz)
    enters(stage, "Zoe Elsewhere", leipzig, "left")
    await koch.says("/reach")
    await koch.taps("Clubs")
    hidden = translate(stage.language, "not shown")
    koch.reads(COUNTS, telegram=hidden, web=hidden, none=1, objected=hidden)
    koch.reads("Nobody yet.")
    await koch.taps("Club Chemnitz (1)")
    koch.reads("<b>Not reachable: {group}</b>", group="Club Chemnitz")
    assert shown(koch) == ["Anna Weber"]


async def test_clubs_come_six_a_page(stage: Stage) -> None:
    for number in range(1, 8):
        club(stage, "Chemnitz", f"Club {number}")
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/reach")
    await koch.taps("Clubs")
    assert "Club 6" in koch.screen.text
    assert "Club 7" not in koch.screen.text
    await koch.taps("›")
    assert "Club 7" in koch.screen.text
    assert not koch.sees_button("›")
    await koch.taps("‹")
    assert "Club 1" in koch.screen.text


async def test_whoever_was_in_a_programme_twice_counts_once(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    lost(stage)
    row = find(stage, "Anna Weber").id

    def again(session: Any) -> str:
        programme = session.scalars(select(Programme).where(Programme.slug == "tuc-mechanical")).one()
        session.add(
            Affiliation(member_id=row, institution_id=programme.institution_id, programme_id=programme.id, to_year=2016)
        )
        return str(named(programme.names))

    with speaking(stage.language):
        name = stage.looks_up(again)
    await koch.says("/reach")
    await koch.taps("Programmes")
    while name not in koch.screen.text:
        await koch.taps("›")
    await koch.taps(f"{name} (1)")
    await koch.taps("Anna Weber{rest}")
    assert koch.screen.text.count(name) == 2


# --- who cannot be reached -------------------------------------------------------------------------------------


async def test_who_cannot_be_reached_comes_by_name_six_a_page(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    names = [f"{letter}. Weber" for letter in "GFEDCBA"]
    for name in names:
        lost(stage, name)
    lost(stage, "B. Objects")
    changes(stage, "B. Objects", objected_at=stage.clock.now())
    await koch.says("/reach")
    await koch.taps("Not reachable ({n})", n=7)
    assert shown(koch) == sorted(names)[:6]
    await koch.taps("›")
    assert shown(koch) == ["G. Weber"]
    await koch.taps("G. Weber{rest}")
    await koch.taps("Back")
    assert shown(koch) == ["G. Weber"]


def shown(koch: Actor) -> list[str]:
    return [
        label.split(" · ")[0]
        for label in koch.screen.labels()
        if "Weber" in label or "Objects" in label or "Elsewhere" in label
    ]


@pytest.mark.everywhere
async def test_the_card_says_since_when_and_what_can_be_done(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    enters(stage, "Anna Weber", chemnitz)
    await opens(koch, "Anna Weber")
    koch.reads("Clubs: {names}", names="Club Chemnitz")
    koch.reads("Telegram: blocked or deleted since {since}, last used {day}", since=on(stage, stage.clock.now()))
    koch.reads(CANNOT)
    assert "2007–2012" in koch.screen.text


async def test_signed_out_everywhere_is_no_door(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", door="web")
    row = find(stage, "Anna Weber").id
    stage.looks_up(lambda session: session.execute(delete(Door).where(Door.member_id == row)))
    await opens(koch, "Anna Weber")
    koch.reads("No door any more. Last seen: {day}", day=on(stage, stage.clock.now()))
    koch.reads("In no club")


async def test_whoever_blocks_the_bot_is_on_the_list_until_they_come_back(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber", door="telegram")
    assert isinstance(anna, TelegramActor)
    await anna.says("/menu")
    anna.phone.blocks()
    await anna.catch_up()
    await opens(koch, "Anna Weber")
    koch.reads(CANNOT)
    anna.phone.returns()
    await anna.catch_up()
    await anna.says("/menu")
    await koch.says("/reach")
    assert not koch.sees_button("Not reachable ({n})")


async def test_anybody_is_looked_up_by_name(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", door="web")
    await koch.says("/reach weber")
    await koch.taps("Anna Weber{rest}")
    koch.reads("Browser: signed in, last used {day}")
    koch.reads("This person can be reached by the web: an announcement is found when the page is opened.")
    assert not koch.sees_button("Letter with a code")
    await koch.says("/reach Nobody")
    koch.reads("We know no verified member of this name.")


async def test_announcements_left_unread_are_told_with_their_age(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    member(stage, "Anna Weber", door="web")
    row, now = find(stage, "Anna Weber").id, stage.clock.now()
    queued = [("announced", "kept"), ("announced", "kept"), ("announced", "sent"), ("other", "kept")]
    notices = [
        Outbox(
            member_id=row,
            kind=kind,
            ref=str(age),
            params={},
            due_at=now - timedelta(days=age),
            done_at=now - timedelta(days=age),
            outcome=outcome,
        )
        for age, (kind, outcome) in enumerate(queued)
    ]
    stage.looks_up(lambda session: session.add_all(notices))
    await koch.says("/reach Anna")
    await koch.taps("Anna Weber{rest}")
    koch.reads(
        "{n} announcements wait unread in the web chat, the oldest since {day}.",
        n=2,
        day=on(stage, now - timedelta(days=1)),
    )


# --- a letter --------------------------------------------------------------------------------------------------


@pytest.mark.everywhere
async def test_a_letter_brings_somebody_back_to_their_own_record(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    payload = await letter_to(koch, "Anna Weber")
    anna = stage.person("Anna again")
    await comes_with(anna, payload)
    anna.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")
    await koch.says("/reach Anna")
    await koch.taps("Anna Weber{rest}")
    koch.reads(
        {"telegram": "This person can be reached by Telegram.", "web": "This person can be reached by the web"}[
            stage.door
        ]
    )


async def test_a_letter_works_once(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    payload = await letter_to(koch, "Anna Weber")
    await comes_with(stage.person("Anna again"), payload)
    thief = stage.person("Somebody else")
    await comes_with(thief, payload)
    thief.reads(DEAD_LINK)


async def test_a_letter_is_good_for_ninety_days(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    lost(stage)
    payload = await letter_to(koch, "Anna Weber")
    await opens(koch, "Anna Weber")
    koch.reads(
        ISSUED,
        until=on(stage, stage.clock.now() + timedelta(days=90)),
    )
    await stage.passes(days=91)
    late = stage.person("Anna again")
    await comes_with(late, payload)
    late.reads(DEAD_LINK)
    await opens(koch, "Anna Weber")
    koch.reads("This person cannot be reached. The code issued for a letter on {issued} was used or has expired;")


async def test_a_letter_opened_where_somebody_is_signed_in_asks_first(stage: Stage) -> None:
    koch, bernd = member(stage, "Katrin Koch", coordinator=True), member(stage, "Bernd Sommer")
    lost(stage)
    payload = await letter_to(koch, "Anna Weber")
    await bernd.says("/menu")
    await bernd.says(f"/start {payload}")
    bernd.reads("You are signed in here as <b>{here}</b>. What you opened belongs to <b>{there}</b>.")
    assert find(stage, "Anna Weber").id != find(stage, "Bernd Sommer").id


async def test_a_second_letter_ends_the_first(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    first, second = await letter_to(koch, "Anna Weber"), await letter_to(koch, "Anna Weber")
    assert first != second
    late = stage.person("Anna again")
    await comes_with(late, first)
    late.reads(DEAD_LINK)
    await late.says(f"/start {second}")
    late.reads("Welcome back, {name}.", name="Anna Weber")


async def test_two_taps_make_one_code(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    await opens(koch, "Anna Weber")
    card, button = koch.screen.ident, WriteLetter(find(stage, "Anna Weber").id, 0)
    for _tap in range(2):
        await koch.presses(button.pack(), card)
    koch.reads(ISSUED)
    koch.reads(LETTER, name="Anna Weber")
    assert len(codes_of(stage, "Anna Weber")) == 1


@on_both_databases
async def test_of_two_coordinators_at_once_one_gets_a_code(stage: Stage) -> None:
    office = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Uwe Vogt")]
    lost(stage)
    button = WriteLetter(find(stage, "Anna Weber").id, 0)
    for each in office:
        await each.says("/menu")
    await asyncio.gather(*(each.presses(button.pack(), each.screen.ident) for each in office))
    assert len(codes_of(stage, "Anna Weber")) == 1


async def test_the_audit_log_says_who_issued_it_in_numbers_only(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    secret = (await letter_to(koch, "Anna Weber")).removeprefix("link_")
    query = select(Audit).where(Audit.subject == find(stage, "Anna Weber").number).order_by(Audit.id)
    rows = stage.looks_up(lambda session: list(session.scalars(query)))
    office = find(stage, "Katrin Koch").number
    assert [(row.actor, row.action, row.details) for row in rows] == [
        (office, "reachability_viewed", {}),
        (office, "letter_code_issued", {}),
    ]
    [code] = codes_of(stage, "Anna Weber")
    assert code.digest == stage.app.house.digest("code", secret)
    assert code.issued_by == office


# --- meanwhile, and by the wrong people ------------------------------------------------------------------------


async def test_no_letter_to_somebody_who_came_back_meanwhile(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = lost(stage)
    await opens(koch, "Anna Weber")
    await anna.says("/menu")
    await koch.taps("Letter with a code")
    koch.reads("This person can be reached by Telegram. No letter is needed.")
    assert codes_of(stage, "Anna Weber") == []


async def test_no_letter_to_somebody_who_objected_or_leaves(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lost(stage)
    await opens(koch, "Anna Weber")
    changes(stage, "Anna Weber", objected_at=stage.clock.now())
    await koch.taps("Letter with a code")
    koch.reads(
        "This person has objected (/stop) and must not be written to, not by letter either, except about a data breach."
    )
    changes(stage, "Anna Weber", erase_at=stage.clock.now() + timedelta(hours=48))
    await koch.presses(WriteLetter(find(stage, "Anna Weber").id, 0).pack(), koch.screen.ident)
    koch.reads("This person leaves: everything is erased on {day}. Please do not write any more.")
    assert codes_of(stage, "Anna Weber") == []


async def test_somebody_erased_meanwhile(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    lost(stage)
    await opens(koch, "Anna Weber")
    row, now = find(stage, "Anna Weber").id, stage.clock.now()
    stage.looks_up(lambda session: erasure.erase(session, session.get_one(Member, row), now))
    for button in (WriteLetter(row, 0), OpenReach(row)):
        await koch.presses(button.pack(), koch.screen.ident)
        koch.reads(GONE)


@pytest.mark.parametrize(
    "button",
    [
        lambda row: OpenReach(row),
        lambda row: WriteLetter(row, 0),
        lambda _row: ListUnreached(Among.EVERYBODY),
        lambda _row: ListGroups(Among.CLUB),
    ],
    ids=["card", "letter", "list", "figures"],
)
async def test_the_buttons_are_for_coordinators(stage: Stage, button: Callable[[int], Any]) -> None:
    chemnitz = club(stage, "Chemnitz")
    lost(stage)
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    await karin.says("/menu")
    await karin.presses(button(find(stage, "Anna Weber").id).pack(), karin.screen.ident)
    karin.reads("This is for coordinators.")
    assert "Anna" not in karin.screen.text
    assert codes_of(stage, "Anna Weber") == []


async def test_the_command_is_for_coordinators(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/reach")
    anna.reads("This is for coordinators.")


@pytest.mark.parametrize("huge", [-1, 0, 2**31, 10**14])
async def test_numbers_nobody_has_lead_nowhere(stage: Stage, huge: int) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/menu")
    for button in (OpenReach(huge, Among.CLUB, huge, huge), WriteLetter(huge, huge)):
        await koch.presses(button.pack(), koch.screen.ident)
        koch.reads(GONE)
    await koch.presses(ListUnreached(Among.CLUB, huge, huge).pack(), koch.screen.ident)
    koch.reads("<b>Whom we can reach, by club</b>")
    await koch.presses(ListUnreached(Among.EVERYBODY, huge, max(huge, 2)).pack(), koch.screen.ident)
    koch.reads("There is nobody here whom we cannot reach.")
    await koch.presses(ListGroups(Among.PROGRAMME, huge).pack(), koch.screen.ident)
    koch.reads("<b>Whom we can reach, by programme</b>")


async def test_a_card_of_somebody_not_verified_stays_closed(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Petra Pending", verified=False)
    await koch.says("/menu")
    await koch.presses(OpenReach(find(stage, "Petra Pending").id).pack(), koch.screen.ident)
    koch.reads(GONE)


# --- ambassadors -----------------------------------------------------------------------------------------------


async def test_ambassadors_see_a_count_and_no_names(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    lost(stage)
    for name in ("Karin Sommer", "Anna Weber"):
        enters(stage, name, chemnitz)
    changes(stage, "Anna Weber", full_name="Anna Unseen")
    await karin.says("/club")
    hidden = translate(stage.language, "not shown")
    karin.reads(
        "Reached at once, by Telegram: {telegram} · only in the browser, at their next visit: {web}",
        telegram=hidden,
        web=hidden,
    )
    assert not karin.sees_button("Anna Unseen{rest}")
