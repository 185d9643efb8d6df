"""The lists file adds and brings up to date; what was changed by hand stays as it is."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import list_keeping
from db.engine import open_engine
from db.lists import cohorts, same, take_lists, years_of
from db.models.lists import Cohort, Entry, Faculty, Institution, ListKind, Programme, Topic
from tests.databases import Databases

FILE: dict[str, Any] = {
    "institutions": [
        {
            "slug": "uni",
            "en": "University",
            "de": "Universität",
            "contact": {"name": "Office"},
            "faculties": [{"slug": "arts", "en": "Arts"}],
            "programmes": [{"slug": "music", "en": "Music", "faculty": "arts"}, {"slug": "dance", "en": "Dance"}],
        }
    ],
    "topics": [{"slug": "tea", "en": "Tea", "zh": "茶"}, {"slug": "silk", "en": "Silk"}],
}


@pytest.fixture
def session(databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh("sqlite"))
    with Session(engine) as opened:
        take_lists(opened, FILE)
        yield opened
    engine.dispose()


def add_entry(session: Session, kind: ListKind, owner: int | None, name: str, columns: dict[str, Any]) -> Entry:
    """As the form of a coordinator does."""
    slug = list_keeping.free_slug(session, kind, owner, name)
    return list_keeping.add(session, kind, owner, slug, {"en": name}, columns)


def row(session: Session, table: type[Entry], slug: str) -> Any:
    return session.scalars(select(table).where(table.slug == slug)).one()


def test_a_name_the_file_lacks_is_left_out_and_what_it_no_longer_lists_is_closed(session: Session) -> None:
    assert row(session, Institution, "uni").names == {"en": "University", "de": "Universität"}
    assert row(session, Programme, "music").faculty_id == row(session, Faculty, "arts").id
    take_lists(session, {"institutions": FILE["institutions"], "topics": FILE["topics"][:1]})
    assert (row(session, Topic, "tea").closed, row(session, Topic, "silk").closed) == (False, True)
    take_lists(session, FILE)
    assert not row(session, Topic, "silk").closed


def test_the_file_does_not_overwrite_what_was_changed_by_hand(session: Session) -> None:
    uni, music, tea, silk = (
        row(session, *at) for at in ((Institution, "uni"), (Programme, "music"), (Topic, "tea"), (Topic, "silk"))
    )
    list_keeping.change(session, uni, {"en": "Our University"}, {"contact_name": "Ms Koch"})
    list_keeping.change(session, music, {"en": "Music"}, {"faculty_id": None})
    list_keeping.close(session, silk, tea)
    made = add_entry(session, ListKind.TOPIC, None, "Rice", {})
    take_lists(session, {**FILE, "topics": FILE["topics"][:1]})
    assert (uni.names, uni.contact_name) == ({"en": "Our University", "de": "Universität"}, "Ms Koch")
    assert (music.faculty_id, silk.closed, silk.merged_into, made.closed) == (None, True, tea.id, False)
    take_lists(session, FILE)
    assert silk.closed


def with_cohorts(*named: dict[str, Any]) -> dict[str, Any]:
    (uni,) = FILE["institutions"]
    return {"institutions": [{**uni, "programmes": [{"slug": "music", "en": "Music", "cohorts": named}]}], "topics": []}


def test_the_file_names_cohorts_of_a_programme_and_closes_those_it_no_longer_names(session: Session) -> None:
    first = {"slug": "first", "en": "First", "zh": "第一届", "from": 2013, "to": 2015}
    take_lists(session, with_cohorts(first, {"slug": "second", "en": "Second", "from": 2016}))
    music = row(session, Programme, "music").id
    assert [(each.slug, years_of(each)) for each in cohorts(session, music)] == [
        ("first", (2013, 2015)),
        ("second", (None, 2016)),
    ]
    list_keeping.change(session, row(session, Cohort, "first"), {"en": "Number one"}, {"from_year": 2014})
    take_lists(session, with_cohorts(first))
    assert [(each.names["en"], years_of(each)) for each in cohorts(session, music)] == [("Number one", (2014, 2015))]


def test_what_stands_for_the_same_is_no_chain(session: Session) -> None:
    tea, silk = row(session, Topic, "tea"), row(session, Topic, "silk")
    rice = add_entry(session, ListKind.TOPIC, None, "Rice", {})
    list_keeping.close(session, tea, silk)
    list_keeping.close(session, silk, rice)
    assert [each.merged_into for each in (tea, silk, rice)] == [rice.id, rice.id, None]
    assert all(sorted(same(session, Topic, each.id)) == sorted(e.id for e in (tea, silk, rice)) for each in (tea, rice))
    list_keeping.reopen(session, silk)
    session.expire_all()
    assert same(session, Topic, silk.id) == [silk.id]
    assert sorted(same(session, Topic, rice.id)) == sorted([tea.id, rice.id])


def test_slugs_are_words_of_the_name_and_numbered_when_taken(session: Session) -> None:
    uni = row(session, Institution, "uni").id
    names = ("Öl & Gas", "Öl / Gas", "茶", "x" * 300)
    made = [add_entry(session, ListKind.PROGRAMME, uni, name, {}).slug for name in names]
    assert made[1] == f"{made[0]}-2"
    assert len(made[3]) <= 60
    assert len(set(made)) == 4
