"""What SQL says about many and the rules about one is the same, of random people and random audiences."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.audience import ANSWERS, MENTORING, ROLES, Audience, By, Condition, Facts, Value, answer_value
from bot.domain.people import Relation
from bot.domain.scope import CENTRAL
from db import audience as audiences
from db import segments
from db.audience_facts import facts_of
from db.doors import new_number
from db.engine import open_engine
from db.models.announcements import Segment
from db.models.clubs import Club, Membership
from db.models.events import Attendance, Event
from db.models.lists import Entry, Faculty, Institution, Programme, Topic
from db.models.members import Affiliation, Member, MemberRelation, MemberTopic, Role, Status
from db.models.mentoring import Mentor, Mentorship
from db.models.places import Place
from tests.databases import Databases, kept_open

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
PEOPLE = 80
STATES = ("yes", "maybe", "no", "waiting", "offered", "lapsed")


class World(NamedTuple):
    """People of all kinds, and what an audience may ask about them."""

    session: Session
    facts: dict[int, tuple[Member, Facts]]
    values: dict[By, list[Value]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, databases: Databases) -> Iterator[World]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine) as session:
        values = _peopled(kept_open(session), Random(2026))
        people = session.scalars(select(Member)).all()
        yield World(session, {each.id: (each, facts_of(session, each)) for each in people}, values)
    engine.dispose()


def _peopled(session: Session, dice: Random) -> dict[By, list[Value]]:
    places = list(session.scalars(select(Place).order_by(Place.population.desc()).limit(8)))
    every = session.scalars(select(Programme).order_by(Programme.id)).all()
    programmes = [every[n * (len(every) - 1) // 4] for n in range(5)]
    topics = list(session.scalars(select(Topic).order_by(Topic.id).limit(4)))
    faculties = list(session.scalars(select(Faculty).order_by(Faculty.id)))
    topics[0].closed = True
    _replace(topics[1], topics[2])
    _replace(programmes[2], programmes[3])
    _replace(faculties[1], faculties[0])
    _replace(*(session.get_one(Institution, programmes[n].institution_id) for n in (4, 3)))
    clubs = [_club(session, n, places[n].id, closed=n > 2) for n in range(5)]
    session.get_one(Club, clubs[4]).merged_into = clubs[0]
    events = [_event(session, n) for n in range(3)]
    for _n in range(PEOPLE):
        _person(session, dice, places, programmes, topics, clubs, events)
    session.flush()
    return {
        By.CLUB: [*clubs, 999],
        By.COUNTRY: sorted({place.country for place in places} | {"AQ"}),
        By.REGION: sorted({place.region for place in places if place.region} | {"DE-SN"}),
        By.CITY: [place.id for place in places],
        By.INSTITUTION: sorted({row.institution_id for row in programmes}),
        By.FACULTY: [faculties[n].id for n in (0, 2, 1)],
        By.PROGRAMME: [row.id for row in programmes],
        By.RELATION: [relation.value for relation in Relation],
        By.TOPIC: [*(topic.id for topic in topics), 999],
        By.LANGUAGE: ["de", "en", "zh_Hans"],
        By.ROLE: list(ROLES),
        By.MENTORING: list(MENTORING),
        By.ANSWERED: [answer_value(event, answer) for event in (*events, 999) for answer in ANSWERS],
    }


def _replace(old: Entry, new: Entry) -> None:
    old.closed, old.merged_into = True, new.id


def _club(session: Session, n: int, place: int, *, closed: bool) -> int:
    row = Club(slug=f"c{n}", names={"en": "Club"}, place_id=place, founded_at=NOW, closed_at=NOW if closed else None)
    session.add(row)
    session.flush()
    return row.id


def _event(session: Session, n: int) -> int:
    span = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=2), "created_at": NOW, "changed_at": NOW}
    row = Event(slug=f"e{n}", kind="meetup", state="published", titles={"en": "Meetup"}, zone="UTC", **span)
    session.add(row)
    session.flush()
    return row.id


def _person(
    session: Session,
    dice: Random,
    places: list[Place],
    programmes: list[Programme],
    topics: list[Topic],
    clubs: list[int],
    events: list[int],
) -> None:
    row = Member(
        number=new_number(),
        status=dice.choice([*Status, *[Status.VERIFIED] * 8]),
        language=dice.choice(["de", "en", "zh_Hans", None]),
        full_name="Somebody",
        place_id=dice.choice([*(place.id for place in places), None]),
        created_at=NOW,
        seen_at=NOW - timedelta(hours=dice.randint(0, 24 * 900)),
        erase_at=dice.choice([None] * 9 + [NOW]),
    )
    session.add(row)
    session.flush()
    me: dict[str, Any] = {"member_id": row.id}
    for club in dice.sample(clubs, dice.randint(0, 3)):
        state = dice.choice(["asked", "in", "in", "left", "declined"])
        session.add(Membership(**me, club_id=club, state=state, changed_at=NOW))
    for programme in dice.sample(programmes, dice.randint(0, 2)):
        where = {"institution_id": programme.institution_id, "programme_id": dice.choice([programme.id, None])}
        session.add(Affiliation(**me, **where, **_years(dice)))
    session.add_all(MemberRelation(**me, relation=each) for each in dice.sample(list(Relation), dice.randint(0, 3)))
    session.add_all(MemberTopic(**me, topic_id=each.id) for each in dice.sample(topics, dice.randint(0, 3)))
    if dice.random() < 0.2:
        session.add(Role(**me, kind="coordinator", granted_at=NOW))
    if dice.random() < 0.3:
        session.add(Role(**me, kind="ambassador", club_id=dice.choice(clubs), granted_at=NOW))
    if dice.random() < 0.3:
        times = {"offered_at": NOW, "changed_at": NOW}
        session.add(Mentor(**me, formats=["call"], languages=["en"], **times))
    if row.id > 1 and dice.random() < 0.3:
        about = {"goal": "To learn", "format": "call", "began_at": NOW, "state": dice.choice(["active", "ended"])}
        session.add(Mentorship(mentor_id=row.id - 1, mentee_id=row.id, **about))
    for event in dice.sample(events, dice.randint(0, 3)):
        _answer(session, row.id, event, dice.choice(STATES))


def _years(dice: Random) -> dict[str, int | None]:
    first = dice.choice([None, dice.randint(1990, 2000)])
    return {"from_year": first, "to_year": dice.choice([None, dice.randint(2000, 2012)])}


def _answer(session: Session, member: int, event: int, state: str) -> None:
    row = Attendance(
        event_id=event,
        member_id=member,
        state=state,
        line=member if state == "waiting" else None,
        offer_until=NOW if state == "offered" else None,
        answered_at=NOW,
    )
    session.add(row)


def an_audience(dice: Random, values: dict[By, list[Value]]) -> Audience:
    return Audience(*(_conditions(dice, values, dice.randint(0, most)) for most in (2, 3, 2)))


def _conditions(dice: Random, values: dict[By, list[Value]], many: int) -> tuple[Condition, ...]:
    return tuple(Condition(by, _some(dice, by, values)) for by in dice.sample(list(By), many))


def _some(dice: Random, by: By, values: dict[By, list[Value]]) -> tuple[Value, ...]:
    if by is By.COHORT:
        return tuple(sorted((dice.randint(1990, 2013), dice.randint(1990, 2013))))
    if by is By.SILENT:
        return ((NOW - timedelta(days=dice.randint(0, 900))).date().isoformat(),)
    return tuple(dice.sample(values[by], dice.randint(0, min(4, len(values[by])))))


@pytest.mark.parametrize("seed", range(8))
def test_sql_and_rules_agree_about_everybody(world: World, seed: int) -> None:
    dice, sizes = Random(seed), set()
    for _n in range(40):
        audience = an_audience(dice, world.values)
        by_rules = {
            each.id
            for each, facts in world.facts.values()
            if each.status == Status.VERIFIED and each.erase_at is None and audience.includes(facts)
        }
        belongs = audiences.belongs(audience)
        assert set(world.session.scalars(select(Member.id).where(belongs))) == by_rules, audience
        assert {each.id for each in audiences.next_of(world.session, 0, PEOPLE, belongs)} == by_rules, audience
        assert segments.count(world.session, audience, CENTRAL) == len(by_rules), audience
        sizes.add(len(by_rules))
    assert len(sizes) > 10


def alone(world: World, by: By, *values: Value) -> tuple[int, int]:
    """How many belong by one condition, and how many by its opposite."""
    condition = Condition(by, values)
    return (
        segments.count(world.session, Audience((condition,)), CENTRAL),
        segments.count(world.session, Audience((), (), (condition,)), CENTRAL),
    )


@pytest.mark.parametrize("by", [by for by in By if by not in (By.COHORT, By.SILENT)])
def test_each_kind_finds_some_and_not_all(world: World, by: By) -> None:
    """The people are such that no kind is tested on nobody."""
    found, others = alone(world, by, world.values[by][1])
    assert found > 0
    assert others > 0
    assert found + others == segments.count(world.session, Audience(), CENTRAL)


@pytest.mark.parametrize("by", [By.CLUB, By.TOPIC, By.PROGRAMME, By.FACULTY, By.INSTITUTION, By.CITY])
def test_what_is_not_there_has_nobody_and_keeps_nobody_out(world: World, by: By) -> None:
    assert alone(world, by, 424_242) == (0, segments.count(world.session, Audience(), CENTRAL))


def test_a_closed_club_and_a_topic_no_longer_listed_have_nobody(world: World) -> None:
    closed_club, closed_topic = world.values[By.CLUB][3], world.values[By.TOPIC][0]
    everybody = segments.count(world.session, Audience(), CENTRAL)
    assert alone(world, By.CLUB, closed_club) == (0, everybody)
    assert alone(world, By.TOPIC, closed_topic) == (0, everybody)


def test_a_programme_that_has_ended_keeps_its_alumni(world: World) -> None:
    programme = world.values[By.PROGRAMME][0]
    before = alone(world, By.PROGRAMME, programme)
    assert before[0] > 0
    row = update(Programme).where(Programme.id == programme)
    world.session.execute(row.values(closed=True))
    assert alone(world, By.PROGRAMME, programme) == before
    world.session.execute(row.values(closed=False))


# --- saved by name -----------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def session(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine) as made:
        yield made
    engine.dispose()


def saved(session: Session, name: str) -> Segment:
    member = session.scalar(select(Member.id)) or _somebody(session)
    return segments.save(session, name, Audience((Condition(By.LANGUAGE, ("de",)),)), member, NOW)


def _somebody(session: Session) -> int:
    row = Member(number=new_number(), created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def test_a_segment_is_saved_trimmed_and_found(session: Session) -> None:
    row = saved(session, "  German   readers ")
    assert segments.find(session, row.id) is row
    assert (row.name, segments.audience_of(row)) == ("German readers", Audience((Condition(By.LANGUAGE, ("de",)),)))
    assert segments.called(session, "german READERS") is row


def test_segments_come_by_name(session: Session) -> None:
    for name in ("b", "C", "a"):
        saved(session, name)
    assert [row.name for row in segments.all(session)] == ["a", "b", "C"]


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 61])
def test_a_name_has_one_to_sixty_signs(session: Session, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        saved(session, name)
    assert segments.all(session) == []


def test_a_name_is_given_once(session: Session) -> None:
    first, second = saved(session, "One"), saved(session, "Two")
    with pytest.raises(segments.NameTaken):
        saved(session, "ONE ")
    with pytest.raises(segments.NameTaken):
        segments.rename(session, second, "one", NOW)
    segments.rename(session, first, "ONE", NOW)
    assert [row.name for row in segments.all(session)] == ["ONE", "Two"]


def test_a_deleted_segment_leaves_its_name_free(session: Session) -> None:
    segments.delete(session, saved(session, "One"))
    assert [row.name for row in segments.all(session)] == []
    assert saved(session, "One").name == "One"
