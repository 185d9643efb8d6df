"""Named cohorts: kept in the lists, chosen when joining, shown by their name; years go on meaning what they mean."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.domain.audience import Audience
from bot.domain.exports import Part, Purpose
from bot.domain.scope import CENTRAL
from db import claims, exports, list_keeping, lists, members
from db.members import Studied
from db.models.exports import Export
from db.models.lists import Cohort, ListKind, Programme
from db.models.records import Record
from handlers.coordination.list_buttons import AddEntry, ChangeEntry, CloseEntry, ListEntries, OpenEntry
from handlers.exports import table
from tests.actors import Actor
from tests.db.test_lists import add_entry
from tests.handlers.coordination.test_matching_records import on_record
from tests.handlers.test_joining import SECRET, comes_to, ids, issue, picks
from tests.handlers.test_privacy import file_of
from tests.people import find, guest, member, scope
from tests.stage import Stage, translate

PROMPT = "Which cohort were you in? If it is not here, please write your years instead."
NOT_HERE = "Not here: I write the years"
REFUSAL = "These lists are kept by the coordinators who answer for the whole institution, or the whole network."
TWELVE, THIRTEEN = "Robots 12", "Robots 13"
TAKEN = "“{name}” is in this list already. Please choose another name."
YEARS = "Please give years like 2008–2012, or one year like 2012, not before 1940 and not later than next year."


def mechanical(stage: Stage) -> Programme:
    return stage.looks_up(
        lambda session: session.scalars(select(Programme).where(Programme.slug == "tuc-mechanical")).one()
    )


def cohort(stage: Stage, name: str = TWELVE, first: int = 2013, last: int | None = 2014) -> Any:
    owner, years = mechanical(stage).id, {"from_year": first, "to_year": last}
    return stage.looks_up(lambda session: add_entry(session, ListKind.COHORT, owner, name, years))


def choose(stage: Stage, name: str, row: Cohort) -> None:
    def chosen(session: Session) -> None:
        (studied,) = members.affiliations_of(session, find(stage, name).id)
        studied.affiliation.cohort_id = row.id
        studied.affiliation.from_year, studied.affiliation.to_year = lists.years_of(row)

    stage.looks_up(chosen)


def studied(stage: Stage, name: str = "Anna Weber") -> Studied:
    row = find(stage, name).id
    return stage.looks_up(lambda session: members.affiliations_of(session, row)[0])


def said(stage: Stage, name: str = "Anna Weber") -> tuple[str | None, int | None, int | None]:
    """Cohort and years as they are kept."""
    found = studied(stage, name)
    chosen = found.cohort.names["en"] if found.cohort is not None else None
    return chosen, found.affiliation.from_year, found.affiliation.to_year


def offered(stage: Stage) -> list[str]:
    owner = mechanical(stage).id
    return stage.looks_up(lambda session: [row.names["en"] for row in lists.cohorts(session, owner)])


async def joins(stage: Stage) -> Actor:
    """A guest who is asked for the cohort."""
    anna = await comes_to(stage, "programme")
    await picks(anna, [row.slug for row in programmes(stage)].index("tuc-mechanical"))
    anna.reads(PROMPT)
    return anna


def programmes(stage: Stage) -> list[Programme]:
    institution = int(ids(stage)[0])
    return stage.looks_up(lambda session: lists.programmes(session, institution))


async def finishes(anna: Actor) -> None:
    """From the city to the end."""
    await anna.says("Chemnitz")
    await picks(anna, 0)
    await anna.taps("Done")
    await anna.taps("Skip")
    await anna.taps("Skip")
    await anna.taps("Done")
    await anna.taps("Done")
    await anna.taps("Everything is right")


async def test_who_chooses_a_cohort_has_its_years_and_is_shown_by_its_name(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name, first, last in ((TWELVE, 2013, 2014), (THIRTEEN, 2015, None)):
        cohort(stage, name, first, last)
    anna = await joins(stage)
    assert anna.sees_button(f"{TWELVE} (2013–2014)") and anna.sees_button(f"{THIRTEEN} (2015)")
    await anna.taps(f"{TWELVE} (2013–2014)")
    anna.reads("In which city do you live? Write its name, or share your location.")
    await finishes(anna)
    assert said(stage) == (TWELVE, 2013, 2014)
    await koch.says("/member Anna Weber")
    assert f" · {TWELVE} (2013–2014)" in koch.screen.text
    await anna.says("/profile")
    anna.reads("<b>{label}:</b> {answer}", answer=f"{TWELVE} (2013–2014)")
    assert anna.sees_button("Cohort") and not anna.sees_button("Years")
    await anna.says("/mydata")
    (told,) = (await file_of(anna))["affiliations"]
    assert (told["cohort"], told["from_year"], told["to_year"]) == ({"en": TWELVE}, 2013, 2014)


async def test_who_is_in_none_of_them_writes_the_years_and_may_choose_later(stage: Stage) -> None:
    cohort(stage, THIRTEEN, 2015, None)
    anna = await joins(stage)
    await anna.says("2008–2012")
    anna.reads("Please choose one of the buttons.")
    await anna.taps(NOT_HERE)
    anna.reads("When did you leave, or which cohort are you? Tap the year, or write a span such as 2008–2012.")
    await anna.says("2008–2012")
    await finishes(anna)
    assert said(stage) == (None, 2008, 2012)
    await anna.says("/profile")
    await anna.taps("Cohort")
    await anna.taps(f"{THIRTEEN} (2015)")
    assert said(stage) == (THIRTEEN, None, 2015)
    await anna.taps("Cohort")
    await anna.taps(NOT_HERE)
    await anna.says("2012")
    assert said(stage) == (None, None, 2012)


async def test_who_comes_with_a_code_is_asked_for_the_cohort_of_its_programme(stage: Stage) -> None:
    cohort(stage)
    institution, programme = ids(stage)
    issue(stage, name="Anna Weber", institution=institution, programme=programme)
    anna = guest(stage)
    await anna.says(f"/code {SECRET}")
    for answer in ("I have read this", "I agree", "Elsewhere", "Skip"):
        await anna.taps(answer)
    await anna.says("Frau Weber")
    await anna.taps("Graduate")
    await anna.taps("Done")
    anna.reads(PROMPT)


async def test_a_cohort_is_added_and_corrected_and_whoever_chose_it_has_the_new_years(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinates=scope(stage, institution="tu-chemnitz"))
    anna = member(stage, "Anna Weber")
    cohort(stage)
    await koch.presses(OpenEntry(ListKind.PROGRAMME, mechanical(stage).id).pack(), None)
    await koch.taps("Cohorts")
    assert koch.sees_button(f"{TWELVE} (2013–2014)")
    await koch.taps("New entry")
    await koch.says("x" * 121)
    koch.reads("This is too long: please use at most {n} characters.", n=120)
    await koch.says(TWELVE.upper())
    koch.reads(TAKEN, name=TWELVE)
    await koch.says("2016")
    await koch.taps("Skip")
    await koch.says("2016级")
    await koch.says("2017–2016")
    koch.reads(YEARS)
    await koch.says("2016/2017")
    await koch.taps("Save")
    assert offered(stage) == [TWELVE, "2016"]
    row = next(each for each in rows(stage) if each.names["en"] == "2016")
    assert (row.names, row.slug, row.from_year, row.to_year) == (
        {"en": "2016", "zh_Hans": "2016级"}, "tuc-mechanical-2016", 2016, 2017,
    )  # fmt: skip
    choose(stage, "Anna Weber", row)
    await koch.taps("Change")
    await koch.taps("Years")
    await koch.says("2016")
    await koch.taps("Save")
    koch.reads("{n} person has chosen it.", n=1)
    assert said(stage) == ("2016", None, 2016)
    await anna.says("/profile")
    anna.reads("<b>{label}:</b> {answer}", answer={"zh_Hans": "2016级"}.get(anna.language, "2016"))


def rows(stage: Stage) -> list[Cohort]:
    owner = mechanical(stage).id
    found = stage.looks_up(lambda session: list_keeping.entries(session, ListKind.COHORT, owner))
    return [row for row in found if isinstance(row, Cohort)]


async def test_what_was_chosen_stays_when_a_cohort_is_closed_or_replaced(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna, ben = member(stage, "Anna Weber"), member(stage, "Ben Lang")
    twelve, thirteen = cohort(stage), cohort(stage, THIRTEEN, 2015, None)
    choose(stage, "Anna Weber", twelve)
    choose(stage, "Ben Lang", thirteen)
    await koch.presses(CloseEntry(ListKind.COHORT, twelve.id).pack(), None)
    koch.reads("{n} person has chosen it and keeps it.", n=1)
    await koch.taps("Close")
    await koch.presses(OpenEntry(ListKind.COHORT, thirteen.id).pack(), koch.screen.ident)
    await koch.taps("Replace …")
    koch.reads("There is nothing else in this list by which “{name}” could be replaced.", name=THIRTEEN)
    fourteen = cohort(stage, "Robots 14", 2016, None)
    await koch.presses(OpenEntry(ListKind.COHORT, thirteen.id).pack(), koch.screen.ident)
    await koch.taps("Replace …")
    await koch.taps("Robots 14")
    koch.reads("They go on reading “{old}”, and keep its years.", old=THIRTEEN)
    await koch.taps("Replace")
    koch.reads("Closed, “{name}” is chosen instead. Whoever chose this one keeps it.", name="Robots 14")
    assert (offered(stage), rows(stage)[-1].merged_into) == (["Robots 14"], fourteen.id)
    for actor, label, kept in (
        (anna, f"{TWELVE} (2013–2014)", (TWELVE, 2013, 2014)),
        (ben, f"{THIRTEEN} (2015)", (THIRTEEN, None, 2015)),
    ):
        await actor.says("/profile")
        assert label in actor.screen.text
        await actor.taps("Function")
        await actor.says("Engineer")
        actor.reads("Saved.")
        assert said(stage, actor.name) == kept
    other = guest(stage, "Carla")
    await other.says("/start")
    carla = await joins(stage)
    assert carla.sees_button("Robots 14 (2016)") and not carla.sees_button(f"{TWELVE} (2013–2014)")


async def test_cohorts_are_kept_by_those_who_answer_for_the_institution(stage: Stage) -> None:
    row, owner = cohort(stage), mechanical(stage).id
    for name, of in (("Katrin Koch", {"programme": "tuc-computing"}), ("Lars Lang", {"institution": "htwk-leipzig"})):
        koch = member(stage, name, coordinates=scope(stage, **of))
        for tap in (
            ListEntries(ListKind.COHORT, owner),
            AddEntry(ListKind.COHORT, owner),
            AddEntry(ListKind.COHORT),
            ChangeEntry(ListKind.COHORT, row.id),
            CloseEntry(ListKind.COHORT, row.id, True),
        ):
            await koch.presses(tap.pack(), koch.screen.ident if koch.messages() else None)
            koch.reads(REFUSAL)
    assert offered(stage) == [TWELVE]


async def test_the_office_corrects_the_cohort_and_the_person_is_told(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    cohort(stage)
    await koch.says("/member Anna Weber")
    await koch.taps("Correct")
    await koch.taps("Cohort")
    await koch.taps(f"{TWELVE} (2013–2014)")
    koch.reads("Saved.")
    assert said(stage) == (TWELVE, 2013, 2014)
    await stage.passes(minutes=1)
    anna.reads("The alumni office has corrected your record: {lines}. In /profile you see it and can change it.")


async def test_what_a_university_has_on_record_leaves_the_years_of_a_cohort_alone(stage: Stage) -> None:
    member(stage, "Anna Weber")
    choose(stage, "Anna Weber", cohort(stage, "Robots", 2012, None))
    record, who = on_record(stage, "Anna Weber", from_year=2006, to_year=2012), find(stage, "Anna Weber").id

    def claim(session: Session) -> bool:
        return claims.claim(session, session.get_one(Record, record), members.load(session, who), stage.clock.now())

    assert stage.looks_up(claim)
    assert said(stage) == ("Robots", None, 2012)


async def test_the_cohort_is_a_column_of_its_own_in_a_file_of_members(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    choose(stage, "Anna Weber", cohort(stage))
    now, parts = stage.clock.now(), [Part.STUDIES]

    def taken(session: Session) -> list[exports.Person]:
        export = Export(purpose=Purpose.SELECTION, reason="Reunion", parts=parts, format="csv", people=0, at=now)
        exports.record(session, export, exports.meant(Audience(), CENTRAL, Purpose.SELECTION))
        return exports.piece(session, export.id, 0, parts)

    people = stage.looks_up(taken)
    with speaking(anna.language):
        assert table.header(parts) == [translate(anna.language, "Studies and years"), cohort_heading(anna.language)]
        ((studies, chosen),) = table.rows(people, parts)
    assert (str(studies).endswith("2013–2014"), chosen) == (True, TWELVE)
    (one,) = table.as_object(people[0], parts)["studies"]
    assert one["cohort"] == {"en": TWELVE}


def cohort_heading(language: str) -> str:
    return {"de": "Jahrgang", "zh_Hans": "届别", "en": "Cohort"}[language]
