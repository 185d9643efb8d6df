"""A coordinator with a scope finds nobody outside it: every command, every button with every id there is, every form,
every message the bot sends by itself is looked at by somebody who answers for one programme; and nothing of what they
could tap changes or notes anything about anybody else."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.incoming import Incoming, Kind
from db.models.announcements import Announcement, Segment
from db.models.mentoring import CheckIn
from db.models.privacy import Audit
from handlers.announcements.notice import Announced
from tests.clubs import club, enters
from tests.events import answers, event
from tests.looking import Looking, every, messages
from tests.mentoring import mentor as mentor_called
from tests.mentoring import mentorship
from tests.people import find, member, scope
from tests.stage import Stage

READER = "Rita Leserin"
OUTSIDE = ("Wilhelmine Ottersbach", "Korbinian Zwetschgenried", "Philippa Quarrington")
COLLEAGUE = "Katrin Koch"


def a_network(stage: Stage) -> int:
    """Three people of Chemnitz with everything coordinators deal with, and one who coordinates a programme of NRW."""
    first, second, third = OUTSIDE
    member(stage, third, verified=False)
    mentor_called(stage, first)
    member(stage, second)
    member(stage, COLLEAGUE, coordinator=True)
    member(stage, READER, programme="nrw-jiangsu", in_network=False, coordinates=scope(stage, programme="nrw-jiangsu"))
    leipzig = club(stage, "Leipzig")
    coming = event(stage, club=leipzig)
    for name in (first, second):
        enters(stage, name, leipzig)
        answers(stage, name, coming)
    pair = mentorship(stage, second, first)
    stage.looks_up(lambda session: session.add_all(_matters(stage, pair)))
    return find(stage, READER).id


def _matters(stage: Stage, pair: int) -> list[object]:
    """Words that name them where coordinators may look."""
    now, colleague, needy = stage.clock.now(), find(stage, COLLEAGUE).id, find(stage, OUTSIDE[1]).id
    return [
        Announcement(
            author_id=colleague, created_at=now, changed_at=now, state="draft", audience={}, texts={"en": OUTSIDE[0]}
        ),
        Segment(name="All", audience={}, made_by=colleague, changed_at=now),
        CheckIn(mentorship_id=pair, round=1, member_id=needy, asked_at=now, answer="help", answered_at=now),
    ]


def names_in(text: str) -> set[str]:
    return {part for name in OUTSIDE for part in name.split() if part in text}


def words() -> list[Incoming]:
    """Commands with somebody's name behind them."""
    return [
        Incoming(Kind.COMMAND, text=command, args=name) for command in ("member", "reach", "role") for name in OUTSIDE
    ]


def betrayals(looking: Looking) -> set[tuple[str, str]]:
    """What shows a name of somebody outside, and which."""
    found = set()
    with speaking("en"):
        for incoming in (*messages(looking.router), *words()):
            found |= {(incoming.text, name) for name in names_in(looking.acts(incoming))}
        # What an announcement says to its readers is no matter of its author's scope.
        kinds = [kind for kind in looking.router.notices.values() if kind is not Announced]
        for kind in kinds:
            found |= {(notice.kind, name) for notice in every(kind) for name in names_in(looking.composed(notice))}
    return found


@pytest.mark.database("sqlite")
async def test_a_scoped_coordinator_finds_and_touches_nobody_outside(stage: Stage) -> None:
    reader = a_network(stage)
    numbers = {find(stage, name).number for name in OUTSIDE}
    looking, touched = Looking(stage, reader), set()
    looking.before_undoing = lambda session: touched.update(_subjects(session) & numbers)
    assert betrayals(looking) == set()
    assert touched == set()


@pytest.mark.database("sqlite")
async def test_the_same_screens_have_names_for_a_central_coordinator(stage: Stage) -> None:
    """Otherwise the test above would say nothing."""
    a_network(stage)
    found = {text.split(":")[0] for text, _name in betrayals(Looking(stage, find(stage, COLLEAGUE).id))}
    assert {"wo", "vo", "member", "mentoring_help", "registration_waits"} <= found
    assert len(found) > 15


def _subjects(session: Session) -> set[str | None]:
    return set(session.scalars(select(Audit.subject)))
