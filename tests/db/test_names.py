"""Names are found in every way they are typed: umlauts either way, characters and their reading, either order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.domain.folding import fold_variants
from db import names
from db.chinese_names import MOST_READINGS
from db.engine import in_session, open_engine
from db.models.members import Member, Status
from db.models.people import MemberName
from db.names import keys_of, words_of
from tests.databases import Databases
from tests.stage import START

LATIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßéñøåłABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ", min_size=1, max_size=12)
HAN = st.text(alphabet="王李张陈曾单欧阳诗博伟芳重乐行长绿吕淑晓明陳詩", min_size=2, max_size=4)
ANY_NAME = st.one_of(
    st.lists(LATIN, min_size=1, max_size=4).map(" ".join), HAN, st.text(min_size=1, max_size=120), st.just("王 Wang")
)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jörg Müller", ["Müller", "Mueller", "Muller", "MÜLLER", "joerg", "JORG", "mull", "muell"]),
        ("Joerg Mueller", ["Müller", "Mueller", "Muller", "Jörg"]),
        ("Anna-Maria Weiß", ["Weiss", "weiß", "anna", "maria", "annamariaweiss"]),
        ("Anna Weber", ["annaweber", "weberanna"]),
        ("陈诗博", ["陈诗博", "陈", "诗博", "陳詩博", "chen", "shibo", "chenshibo", "shibochen", "chensh"]),
        ("曾伟", ["曾伟", "zeng", "ceng", "wei", "zengwei", "weizeng"]),
        ("欧阳修文", ["欧阳", "修文", "ouyang", "xiuwen", "ouyangxiuwen", "xiuwenouyang"]),
        ("尉迟恭", ["yuchi", "yuchigong"]),
        ("吕布", ["lu", "lv", "lyu", "lue", "lvbu", "lubu", "bulv"]),
        ("单行", ["shan", "xing", "hang"]),
        ("O'Brien", ["obrien", "O’Brien"]),
        ("古丽·艾合买提", ["古丽", "艾合买提", "古丽艾合买提"]),
        ("José Núñez", ["nunez", "Núñez", "jose"]),
    ],
)
def test_a_name_is_found_by_what_people_type(name: str, typed: list[str]) -> None:
    keys = keys_of(name)
    for words in typed:
        assert any(key.startswith(spelling) for spelling in spellings(words) for key in keys), words


def spellings(typed: str) -> set[str]:
    """As the search compares: as folded, or as the shortest spelling where that finds nothing."""
    (word,) = words_of(typed)
    return {word, min(fold_variants(word), key=len)}


def test_both_scripts_are_indexed() -> None:
    assert {"陈诗博", "chen", "shibo", "dr"} <= keys_of("陈诗博", "Dr CHEN Shibo")


def test_characters_apart_are_read_as_one_name() -> None:
    assert {"陈", "诗博", "陈诗博", "chenshibo"} <= keys_of("陈 诗博")


def test_a_long_text_in_characters_is_not_read_aloud() -> None:
    assert keys_of("纳斯尔丁阿凡提") == {"纳斯尔丁阿凡提"}


@given(ANY_NAME)
def test_every_key_fits_the_index(name: str) -> None:
    for key in keys_of(name):
        assert 1 <= len(key) <= 64
        assert words_of(key) == [key]


@given(LATIN, LATIN)
def test_two_words_are_found_in_either_order(one: str, other: str) -> None:
    assert keys_of(f"{one} {other}") == keys_of(f"{other} {one}")


@given(st.lists(LATIN, min_size=1, max_size=4))
def test_every_word_finds_the_name_with_umlauts_written_either_way(words: list[str]) -> None:
    keys = keys_of(" ".join(words))
    for word in words:
        assert fold_variants(word) <= keys


@given(HAN)
def test_readings_stay_few(name: str) -> None:
    """Two words and two whole names a reading, each ü in four spellings, the characters themselves."""
    assert len(keys_of(name)) <= 2 + MOST_READINGS * 4 * 4 * 4


def added(session: Session, full_name: str | None, **columns: str) -> Member:
    row = Member(number=f"N{id(columns)}"[:12], full_name=full_name, created_at=START, seen_at=START, zone="UTC")
    row.status = Status.VERIFIED if full_name else Status.GUEST
    session.add(row)
    session.flush()
    return row


def keys(session: Session, member: Member) -> set[str]:
    return set(session.scalars(select(MemberName.folded).where(MemberName.member_id == member.id)))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_new_name_replaces_the_old_and_the_same_name_writes_nothing(databases: Databases, kind: str) -> None:
    engine = open_engine(databases.fresh(kind))
    written: list[str] = []
    with Session(engine) as session:
        row = added(session, "Anna Weber")
        names.index(session, row)
        assert keys(session, row) == keys_of("Anna Weber")

        @event.listens_for(engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            written.extend([statement] if not statement.startswith("SELECT") else [])

        names.index(session, row)
        assert written == []
        row.full_name, row.other_name = "Anna Koch", "安娜"
        names.index(session, row)
        assert keys(session, row) == keys_of("Anna Koch", "安娜")
        session.delete(row)
        session.flush()
        assert session.scalars(select(MemberName.folded)).all() == []
    engine.dispose()


def test_members_from_before_are_indexed_piece_by_piece(databases: Databases) -> None:
    engine = open_engine(databases.fresh("sqlite"))
    people = [f"Anna Weber {'x' * n}" for n in range(1, 250)]

    def make(session: Session) -> list[int]:
        rows = [
            Member(number=f"M{n}", status="verified", full_name=name, created_at=START, seen_at=START, zone="UTC")
            for n, name in enumerate(people)
        ]
        session.add_all([*rows, Member(number="guest", status="guest", created_at=START, seen_at=START, zone="UTC")])
        session.flush()
        return [row.id for row in rows]

    ids = in_session(engine, make)
    done: int | None = 0
    pieces = 0
    while done is not None:
        reached = done
        done = in_session(engine, lambda session: names.index_after(session, reached))  # noqa: B023
        pieces += 1
    assert pieces > 3
    with Session(engine) as session:
        found = set(session.scalars(select(MemberName.member_id).where(MemberName.folded == "weber")))
    assert found == set(ids)
    engine.dispose()
