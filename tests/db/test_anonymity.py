"""Nobody can join a ballot to its member, with a copy of the whole database in hand.

Forty people vote in a known order, each with a ballot that only they could have written. Whoever has the database
tries every order and every mark that it keeps; a guess at random finds one of forty on average. More than eight
right guesses happen by chance once in a million (Poisson), in all attempts together, so this test does not fail by
itself. Written the naive way, all forty are found.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, text, update

from db import surveys
from db.doors import new_number
from db.engine import in_session, open_engine
from db.models.base import Base, table_of
from db.models.members import Member
from db.models.surveys import Ballot, Participation
from tests.databases import Databases

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
VOTERS = 40
BY_CHANCE = 8

Cast = Callable[[Engine, int, int, str], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, databases: Databases) -> Any:
    made = open_engine(databases.fresh(request.param))
    yield made
    made.dispose()


def cast_as_we_do(engine: Engine, survey: int, member: int, words: str) -> None:
    assert in_session(engine, lambda session: surveys.cast(session, survey, member, {"keep": words}))


def cast_naively(engine: Engine, survey: int, member: int, words: str) -> None:
    """A ballot and a mark of participation, written in one transaction as anybody would."""
    with engine.begin() as connection:
        mark = update(Participation).where(Participation.survey_id == survey, Participation.member_id == member)
        connection.execute(mark.values(state="answered"))
        key = f"{member:032d}" if engine.dialect.name == "sqlite" else token_hex(16)
        row = {"key": key, "survey_id": survey, "content": {"keep": words}, "shown": False}
        connection.execute(insert(table_of(Ballot)), [row])


def vote(engine: Engine, cast: Cast) -> list[tuple[int, str]]:
    """(member, their words), in the order in which they voted: not that of their ids."""
    with engine.begin() as connection:
        people = [{"number": new_number(), "status": "guest", "created_at": NOW, "seen_at": NOW} for _ in range(VOTERS)]
        connection.execute(insert(table_of(Member)), people)
    members = in_session(engine, lambda session: list(session.scalars(select(Member.id).order_by(Member.id))))
    order = sorted(members, key=lambda member: member * 7919 % 101)
    survey = in_session(engine, lambda session: surveys.open_for_event(session, _an_event(session), NOW).id)
    in_session(engine, lambda session: surveys.ask(session, survey, members))
    voted = [(member, f"words of voter {place:02d}") for place, member in enumerate(order)]
    for member, words in voted:
        cast(engine, survey, member, words)
    return voted


def _an_event(session: Any) -> int:
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


def orders(engine: Engine, table: str, column: str) -> list[list[Any]]:
    """The rows of a table in every order a copy of the database gives away: that of the dump, and by each hidden
    mark PostgreSQL keeps."""
    hidden = ("", "ORDER BY xmin::text::bigint", "ORDER BY ctid") if engine.dialect.name == "postgresql" else ("",)
    with engine.connect() as connection:
        found = [list(connection.execute(text(f"SELECT {column} FROM {table} {order}")).scalars()) for order in hidden]
        if engine.dialect.name == "sqlite":
            dump = [line for line in connection.connection.dbapi_connection.iterdump() if f'"{table}"' in line]  # type: ignore[union-attr]
            assert len(dump) >= VOTERS
    return found


def joined_by_order(engine: Engine, voted: Sequence[tuple[int, str]]) -> int:
    """The most ballots any pairing of orders gives to the right member."""
    truth = dict(voted)
    of_members = [*orders(engine, "participation", "member_id"), [member for member, _words in voted]]
    of_ballots = [
        [_words_of(content) for content in contents]
        for contents in (*orders(engine, "ballot", "content"), *_by_key(engine))
    ]
    pairings = [(members, words[::step]) for members in of_members for words in of_ballots for step in (1, -1)]
    return max(
        sum(truth[member] == word for member, word in zip(members, words, strict=True)) for members, words in pairings
    )


def _by_key(engine: Engine) -> list[list[Any]]:
    with engine.connect() as connection:
        return [list(connection.execute(text("SELECT content FROM ballot ORDER BY key")).scalars())]


def _words_of(content: Any) -> str:
    found = re.search(r"words of voter \d\d", str(content))
    assert found is not None
    return found[0]


def joined_by_transaction(engine: Engine, voted: Sequence[tuple[int, str]]) -> int:
    """PostgreSQL notes which transaction wrote a row: pairs of mark and ballot that one transaction wrote, and no
    other ballot."""
    if engine.dialect.name != "postgresql":
        return 0
    with engine.connect() as connection:
        marks = {row[0]: row[1] for row in connection.execute(text("SELECT xmin::text, member_id FROM participation"))}
        ballots = connection.execute(text("SELECT xmin::text, content::text FROM ballot")).all()
    by_transaction: dict[str, list[str]] = {}
    for transaction, content in ballots:
        by_transaction.setdefault(transaction, []).append(_words_of(content))
    alone = {marks[each]: words[0] for each, words in by_transaction.items() if len(words) == 1 and each in marks}
    truth = dict(voted)
    return sum(truth[member] == words for member, words in alone.items())


def test_no_order_and_no_mark_of_the_database_joins_them(engine: Engine) -> None:
    voted = vote(engine, cast_as_we_do)
    assert joined_by_order(engine, voted) <= BY_CHANCE
    assert joined_by_transaction(engine, voted) == 0


def test_the_naive_way_is_found_out(engine: Engine) -> None:
    voted = vote(engine, cast_naively)
    assert joined_by_order(engine, sorted(voted) if engine.dialect.name == "sqlite" else voted) == VOTERS


def test_the_words_of_a_ballot_stand_nowhere_else(engine: Engine) -> None:
    vote(engine, cast_as_we_do)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in ("ballot", "place", "place_name"):
                rows = connection.execute(select(table)).all()
                assert not any("words of voter" in str(row) for row in rows), table.name


def test_every_ballot_is_counted_once(engine: Engine) -> None:
    voted = vote(engine, cast_as_we_do)
    contents = in_session(engine, lambda session: list(session.scalars(select(Ballot.content))))
    assert sorted(content["keep"] for content in contents) == sorted(words for _member, words in voted)
