"""What matching is for: how many pairs come from different cohorts and regions, against pairs at random and against
the most similar ones, on the invented network of the demonstration. The same figures every time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import fmean
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.demo.preparing import demo_settings
from bot.demo.seeding import seed
from bot.domain.matching import Far, Format, Mentee, Mentor, Person, Weights, topic_keys
from bot.domain.pairing import Figures, Pair, figures_of
from bot.domain.rounds import assign, at_random, first_come, most_similar
from db.directory import in_network
from db.engine import in_session, open_engine
from db.models.members import Affiliation, Member, MemberTopic
from db.models.places import Place
from tests.databases import fill

SEED = 2026
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
MENTEES, MENTORS, DRAWS = 400, 250, 50
# How many of a hundred mentees wish for another region or cohort.
FAR = {Far.ANY: 70, Far.REGION: 10, Far.COHORT: 10, Far.BOTH: 10}


def measure(out: Console) -> None:
    """Print one table."""
    mentees, mentors = draw_people(read_people())
    table = Table(title=f"{len(mentees)} mentees and {len(mentors)} mentors of the demonstration's network")
    for name in ("", "pairs", "other cohort", "other region", "mean fit", "mentors", "most each"):
        table.add_column(name, justify="left" if not name else "right")
    for name, figures in compare(mentees, mentors):
        table.add_row(name, *_cells(figures))
    out.print(table)
    out.print(f"Pairs at random: the mean of {DRAWS} draws.")


def compare(mentees: Sequence[Mentee], mentors: Sequence[Mentor]) -> Iterator[tuple[str, list[Figures]]]:
    """The name of each way to find pairs, and its figures: of those at random, of many draws."""
    weights = Weights()
    ways: dict[str, list[list[Pair]]] = {
        "rounds": [assign(mentees, mentors, weights)],
        "first come": [first_come(mentees, mentors, weights)],
        "at random": [at_random(mentees, mentors, weights, Random(n)) for n in range(DRAWS)],
        "most similar": [most_similar(mentees, mentors, weights)],
    }
    for name, found in ways.items():
        yield name, [figures_of(pairs, mentees, mentors) for pairs in found]


def _cells(figures: list[Figures]) -> Iterator[str]:
    yield f"{fmean(each.pairs for each in figures):.0f}"
    yield f"{fmean(each.cohorts for each in figures):.0%}"
    yield f"{fmean(each.regions for each in figures):.0%}"
    yield f"{fmean(each.worth for each in figures):.2f}"
    yield f"{fmean(each.mentors for each in figures):.0f}"
    yield f"{fmean(each.most for each in figures):.0f}"


# --- people --------------------------------------------------------------------------------------------------------


def read_people() -> list[Person]:
    """Everybody of the invented network who agreed to contact among alumni and works on something, by id."""
    with TemporaryDirectory() as folder:
        settings = demo_settings(Path(folder))
        engine = open_engine(settings.database_url)
        fill(engine)
        in_session(engine, lambda session: seed(session, settings.house(demo=True), SEED, NOW))
        people = in_session(engine, _read)
        engine.dispose()
    return people


def _read(session: Session) -> list[Person]:
    topics: dict[int, list[int]] = {}
    for member, topic in session.execute(select(MemberTopic.member_id, MemberTopic.topic_id)):
        topics.setdefault(member, []).append(topic)
    latest = func.max(func.coalesce(Affiliation.to_year, Affiliation.from_year))
    cohorts = dict(session.execute(select(Affiliation.member_id, latest).group_by(Affiliation.member_id)).all())
    query = (
        select(Member.id, Member.language, Place.country, Place.region)
        .outerjoin(Place, Place.id == Member.place_id)
        .where(in_network(), Member.id.in_(topics))
    )
    return [
        Person(
            row.id,
            topic_keys(topics[row.id], ()),
            frozenset({row.language or "en"}),
            frozenset(),
            cohorts.get(row.id),
            row.country,
            row.region,
        )
        for row in session.execute(query.order_by(Member.id))
    ]


def draw_people(people: Sequence[Person]) -> tuple[list[Mentee], list[Mentor]]:
    """Mentors are drawn first, then mentees among the others; what the network does not know of them (further
    languages, format, capacity, wish) is drawn as well."""
    dice = Random(SEED)
    drawn = dice.sample(people, MENTORS + MENTEES)
    mentors = [_mentor(dice, person) for person in drawn[:MENTORS]]
    return [_mentee(dice, person) for person in drawn[MENTORS:]], mentors


def _mentor(dice: Random, person: Person) -> Mentor:
    formats = frozenset(each.value for each in dice.sample(list(Format), dice.randint(1, 3)))
    capacity = dice.choices((1, 2, 3), (30, 50, 20))[0]
    return Mentor(**_facts(replace(person, languages=_speaks(dice, person), formats=formats)), capacity=capacity)


def _mentee(dice: Random, person: Person) -> Mentee:
    formats = frozenset({dice.choice(list(Format)).value})
    far = dice.choices(list(FAR), list(FAR.values()))[0]
    return Mentee(**_facts(replace(person, languages=_speaks(dice, person), formats=formats)), far=far)


def _facts(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in Person.__slots__}


def _speaks(dice: Random, person: Person) -> frozenset[str]:
    """Their own, for two of three English, for one of four the other country's."""
    spoken = set(person.languages)
    spoken |= {"en"} if dice.random() < 2 / 3 else set()
    spoken |= {"de" if person.country == "CN" else "zh_Hans"} if dice.random() < 1 / 4 else set()
    return frozenset(spoken)
