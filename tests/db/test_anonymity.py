"""Nobody can join a ballot to its member, with a copy of the whole database in hand.

People vote in a known order, each with a ballot that only they could have written. Whoever has the database knows that
order and the transaction of every vote besides, since other tables may give them away, and tries every order and every
mark that the rows keep. A guess at random finds one ballot on average, of forty as of four hundred; more than eleven
right ones come by chance once in a thousand million guesses (Poisson), and no test here makes more than a hundred.
Written the naive way, all are found.

Two things are not promised here. Whoever compares yesterday's copy with today's sees which ballots are new. And while
fewer than five have come since results were shown, these few are not marked as shown: the rows of the survey do not
tell whose they are, but the inbox keeps for three days when everybody wrote last.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, text, update
from sqlalchemy.orm import Session

from db import questionnaires, surveys
from db.doors import new_number
from db.engine import in_session, open_engine
from db.models.base import Base, table_of
from db.models.members import Member
from db.models.surveys import Ballot, Participation, Questionnaire, Survey
from db.models.web import Entry
from tests.actors import Actor
from tests.databases import Databases
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage
from tests.surveys import survey

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
VOTERS = 40
# More than are written anew with each ballot.
MANY_VOTERS = 160
BY_CHANCE = 11
NOT_OURS = ("place", "place_name")

Cast = Callable[[Session, int, int, str], None]


class Voted(NamedTuple):
    """What the attacker is after, and, but for the words, what they know."""

    member: int
    words: str
    transaction: str


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, databases: Databases) -> Any:
    made = open_engine(databases.fresh(request.param))
    yield made
    made.dispose()


def as_we_do(session: Session, survey: int, member: int, words: str) -> None:
    assert surveys.cast(session, survey, member, {"keep": words})


def naively(session: Session, survey: int, member: int, words: str) -> None:
    """A mark and a ballot with a running number, written as anybody would."""
    mark = update(Participation).where(Participation.survey_id == survey, Participation.member_id == member)
    session.execute(mark.values(state="answered"))
    number = surveys.count(session, survey)
    row = {"key": f"{number:032d}", "survey_id": survey, "content": {"keep": words}, "shown": False}
    session.execute(insert(table_of(Ballot)), [row])


def vote(engine: Engine, cast: Cast, voters: int = VOTERS, publish_after: int | None = None) -> list[Voted]:
    """In the order in which they voted: not that of their ids."""
    with engine.begin() as connection:
        people = [{"number": new_number(), "status": "guest", "created_at": NOW, "seen_at": NOW} for _ in range(voters)]
        connection.execute(insert(table_of(Member)), people)
    members = in_session(engine, lambda session: list(session.scalars(select(Member.id).order_by(Member.id))))
    survey = in_session(engine, lambda session: surveys.open_for_event(session, _an_event(session), NOW).id)
    in_session(engine, lambda session: surveys.ask(session, survey, members))
    voted: list[Voted] = []
    for place, each in enumerate(sorted(members, key=lambda member: member * 7919 % 1009)):
        with Session(engine) as session, session.begin():
            voted.append(_vote(session, cast, survey, each, place))
        if place + 1 == publish_after:
            in_session(engine, lambda session: surveys.publish(session, survey))
    return voted


def _vote(session: Session, cast: Cast, survey: int, member: int, place: int) -> Voted:
    words = f"words of voter {place:03d}"
    cast(session, survey, member, words)
    return Voted(member, words, _transaction(session.connection()))


def _transaction(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return ""
    return str(connection.scalar(text("SELECT pg_current_xact_id()::xid::text")))


def _an_event(session: Session) -> int:
    row = {
        "id": 1,
        "slug": "x",
        "kind": "meetup",
        "state": "published",
        "titles": {"en": "x"},
        "descriptions": {},
        "starts_at": NOW,
        "ends_at": NOW.replace(hour=12),
        "zone": "Europe/Berlin",
        "guests_allowed": 0,
        "audience": {},
        "invited_only": False,
        "reminds": True,
        "questions": [],
        "sequence": 0,
        "walk_ins": 0,
        "created_at": NOW,
        "changed_at": NOW,
    }
    session.execute(insert(Base.metadata.tables["event"]), [row])
    return 1


# --- a copy of the database ------------------------------------------------------------------------------------


def dump(engine: Engine) -> dict[str, list[str]]:
    """Every row of ours as text, table by table, in the order in which the database gives them away."""
    tables = [table.name for table in Base.metadata.sorted_tables if table.name not in NOT_OURS]
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return {name: list(connection.scalars(text(f'SELECT x::text FROM "{name}" x'))) for name in tables}
        lines = list(connection.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    return {name: [line for line in lines if line.startswith(f'INSERT INTO "{name}"')] for name in tables}


def orders(engine: Engine, table: str, column: str, where: str = "true") -> list[list[Any]]:
    """A column of a table in every order its rows have: that of the table, of its keys, and of each hidden mark that
    PostgreSQL keeps. Not that of the words: their number is ours."""
    hidden = ["xmin::text::bigint, cmin::text::bigint", "ctid"] if engine.dialect.name == "postgresql" else []
    ways = ["", *(f"ORDER BY {each}" for each in [*_keys(table), *hidden])]
    with engine.connect() as connection:
        return [list(connection.scalars(text(f"SELECT {column} FROM {table} WHERE {where} {way}"))) for way in ways]


def _keys(table: str) -> list[str]:
    return [column.name for column in Base.metadata.tables[table].primary_key]


def written_by(engine: Engine, transaction: str) -> list[str]:
    """The words of the ballots that a transaction wrote, in the order in which they lie."""
    with engine.connect() as connection:
        query = text("SELECT content::text FROM ballot WHERE xmin::text = :transaction")
        return [_words_in(content) for content in connection.scalars(query, {"transaction": transaction})]


def _words_in(content: Any) -> str:
    found = re.search(r"words of voter \d+", str(content))
    assert found is not None
    return found[0]


# --- attacks ---------------------------------------------------------------------------------------------------


def joined_by_order(engine: Engine, voted: Sequence[Voted]) -> int:
    """The most ballots that any pairing of orders gives to the right member."""
    truth = {one.member: one.words for one in voted}
    of_members = [*orders(engine, "participation", "member_id", "state = 'answered'"), [one.member for one in voted]]
    of_ballots = [[_words_in(each) for each in contents] for contents in orders(engine, "ballot", _as_text(engine))]
    pairings = [(members, words[::step]) for members in of_members for words in of_ballots for step in (1, -1)]
    assert len(pairings) <= 100
    return max(
        sum(truth[member] == word for member, word in zip(members, words, strict=True)) for members, words in pairings
    )


def _as_text(engine: Engine) -> str:
    return "content::text" if engine.dialect.name == "postgresql" else "content"


def joined_by_transaction(engine: Engine, voted: Sequence[Voted], place: int = 0) -> int:
    """How many ballots are found by taking, of those that a vote's transaction wrote, the one at a certain place."""
    if engine.dialect.name == "sqlite":
        return 0
    found = [(one, written_by(engine, one.transaction)) for one in voted]
    return sum(bool(words) and words[min(place, len(words) - 1)] == one.words for one, words in found)


def late_voters_found(engine: Engine, voted: Sequence[Voted], late: int) -> int:
    """The most of those who voted last that the rows give away: by any order, or as written after the results were
    published."""
    last = {one.member for one in voted[-late:]}
    guesses = [set(members[-late:]) for members in orders(engine, "participation", "member_id")]
    guesses += [set(members[:late]) for members in orders(engine, "participation", "member_id")]
    if engine.dialect.name == "postgresql":
        newer = "xmin::text::bigint > (SELECT max(xmin::text::bigint) FROM survey)"
        since = set(orders(engine, "participation", "member_id", newer)[0])
        guesses += [since] if len(since) == late else []
    return max(len(last & guess) for guess in guesses)


# --- and what comes of them ------------------------------------------------------------------------------------


def test_no_order_and_no_mark_of_the_database_joins_them(engine: Engine) -> None:
    voted = vote(engine, as_we_do)
    assert joined_by_order(engine, voted) <= BY_CHANCE
    assert joined_by_transaction(engine, voted) <= 1


def test_the_naive_way_is_found_out(engine: Engine) -> None:
    voted = vote(engine, naively)
    assert joined_by_order(engine, voted) == VOTERS
    if engine.dialect.name == "postgresql":
        assert joined_by_transaction(engine, voted) == VOTERS


def test_where_more_vote_than_are_written_anew_each_time(engine: Engine) -> None:
    """Each is hidden among a hundred: of 160 one or two are found by chance."""
    voted = vote(engine, as_we_do, MANY_VOTERS)
    for place in (0, 50, 100):
        assert joined_by_transaction(engine, voted, place) <= BY_CHANCE


def test_closing_writes_everything_once_more(engine: Engine) -> None:
    voted = vote(engine, as_we_do, MANY_VOTERS)
    in_session(engine, lambda session: surveys.close(session, session.scalars(select(Survey)).one(), NOW))
    assert joined_by_order(engine, voted) <= BY_CHANCE
    if engine.dialect.name == "postgresql":
        assert len(_transactions(engine, "ballot")) == len(_transactions(engine, "participation")) == 1


def test_who_answered_after_the_results_were_shown_is_not_to_be_seen(engine: Engine) -> None:
    """Half vote before, half after: all or all but one of the latter come by chance once in 300 million guesses."""
    voted = vote(engine, as_we_do, publish_after=VOTERS // 2)
    assert late_voters_found(engine, voted, VOTERS // 2) < VOTERS // 2 - 1


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_mark_written_by_itself_shows_who_answered_after_the_results(engine: Engine) -> None:
    voted = vote(engine, naively, publish_after=VOTERS // 2)
    assert late_voters_found(engine, voted, VOTERS // 2) == VOTERS // 2


def test_the_words_of_a_ballot_stand_nowhere_else(engine: Engine) -> None:
    vote(engine, as_we_do)
    rows = dump(engine)
    assert len([row for row in rows.pop("ballot") if "words of voter" in row]) == VOTERS
    assert not [row for found in rows.values() for row in found if "words of voter" in row]


def test_every_ballot_and_every_mark_is_there_once(engine: Engine) -> None:
    voted = vote(engine, as_we_do, MANY_VOTERS)
    contents = in_session(engine, lambda session: list(session.scalars(select(Ballot.content))))
    answered = select(Participation.member_id).where(Participation.state == "answered")
    assert sorted(content["keep"] for content in contents) == [one.words for one in voted]
    assert sorted(in_session(engine, lambda session: list(session.scalars(answered)))) == sorted(
        one.member for one in voted
    )


# --- through the real doors ------------------------------------------------------------------------------------


async def _answers_in_words(actor: Actor, keep: str, change: str | None) -> None:
    """All questions, up to the last button."""
    await actor.taps("Tell how it was")
    await actor.taps("9")
    for _statement in range(3):
        await actor.taps("4")
    await actor.says(keep)
    await (actor.says(change) if change else actor.taps("Skip"))
    await actor.taps("2")


@pytest.mark.everywhere
@pytest.mark.language("en")
@pytest.mark.door("web")
async def test_nothing_tells_who_said_what_through_either_door(stage: Stage) -> None:
    """Sixteen people, by turns on Telegram and on the page. Their words are found in the form while it is open."""
    meetup = event(stage, in_hours=1)
    names = [f"Person {letter}" for letter in "abcdefghijklmnop"]
    people = [member(stage, name, door="telegram" if place % 2 else "web") for place, name in enumerate(names)]
    for name in names:
        answers(stage, name, meetup)
    await stage.passes(hours=24)
    voted = []
    for place in (5, 0, 11, 14, 3, 8, 1, 15, 6, 12, 2, 9, 4, 13, 10, 7):
        words = f"words of voter {place:03d}"
        await _answers_in_words(people[place], words, f"as well: {words}" if place % 3 else None)
        assert place != 5 or any(words in row for row in dump(stage.app.engine)["draft"])
        await people[place].taps("Send anonymously")
        voted.append(Voted(find(stage, names[place]).id, words, ""))
    assert joined_by_order(stage.app.engine, voted) <= BY_CHANCE
    _find_no_trace(stage, voted)


@pytest.mark.language("en")
@pytest.mark.door("web")
async def test_nor_does_a_survey_that_a_coordinator_built(stage: Stage) -> None:
    """The same with thirteen people and the form whose questions come from the database, up to its end."""
    member(stage, "Cora Ordner", coordinator=True)
    names = [f"Person {letter}" for letter in "abcdefghijklm"]
    people = [member(stage, name, door="telegram" if place % 2 else "web") for place, name in enumerate(names)]
    built = survey(stage, remind_after=2)
    await stage.passes(minutes=1)
    voted = []
    for place in (5, 0, 11, 3, 8, 1, 6, 12, 2, 9, 4, 10, 7):
        words = f"words of voter {place:03d}"
        await people[place].taps("Answer the survey")
        await people[place].taps("Apfel")
        await people[place].says(words)
        assert place != 5 or any(words in row for row in dump(stage.app.engine)["draft"])
        await people[place].taps("Send anonymously")
        voted.append(Voted(find(stage, names[place]).id, words, ""))
    assert joined_by_order(stage.app.engine, voted) <= BY_CHANCE
    await stage.passes(days=3)
    _find_no_trace(stage, voted)
    in_session(
        stage.app.engine, lambda session: questionnaires.close(session, session.get_one(Questionnaire, built), NOW)
    )
    assert joined_by_order(stage.app.engine, voted) <= BY_CHANCE


def _find_no_trace(stage: Stage, voted: Sequence[Voted]) -> None:
    rows = dump(stage.app.engine)
    assert len(rows.pop("ballot")) == len(voted)
    assert not [row for found in rows.values() for row in found if "words of voter" in row]
    # Whoever wrote one comment, whoever wrote two: the page keeps the thanks and nothing else.
    bubbles = select(func.count()).select_from(Entry).group_by(Entry.member_id)
    assert set(stage.looks_up(lambda session: session.scalars(bubbles).all())) == {1}
    if stage.app.engine.dialect.name == "postgresql":
        assert len(_transactions(stage.app.engine, "ballot")) == 1
        assert len(_transactions(stage.app.engine, "participation")) == 1


def _transactions(engine: Engine, table: str) -> set[str]:
    """Those that wrote the rows of a table, as PostgreSQL keeps them."""
    with engine.connect() as connection:
        return set(connection.scalars(text(f"SELECT xmin::text FROM {table}")))
