"""Who does not agree to contact among alumni finds no name of anybody: every command, every button with every id there
is, every form, every message the bot sends by itself is looked at as such a reader."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from db import consents, members
from db.models.members import RoleKind
from db.models.people import ContactRequest, Look, Offer, Relayed
from db.models.privacy import Purpose
from tests.clubs import club, enters
from tests.events import answers, event
from tests.looking import Looking, every, messages
from tests.marks import on_both_databases
from tests.mentoring import mentor as mentor_called
from tests.mentoring import mentorship, opens_to_all, request, search
from tests.people import find, member
from tests.stage import Stage

READER = "Rita Leserin"
OTHERS = ("Wilhelmine Ottersbach", "Korbinian Zwetschgenried", "Philippa Quarrington")
FIELDS = ("studies", "city", "topics", "function", "employer")
WORDS = "x"


def a_network(stage: Stage) -> int:
    """Three people who agree to everything, and a reader who has to do with all of them and has withdrawn; their id."""
    first, second, third = OTHERS
    member(stage, READER)
    for name in (first, second):
        mentor_called(stage, name, opens=FIELDS)
    member(stage, third)
    opens_to_all(stage, third, *FIELDS)
    _gathers(stage)
    mine = search(stage, READER)
    request(stage, mine, READER, second)
    request(stage, search(stage, third), third, READER)
    mentorship(stage, READER, first)
    stage.looks_up(lambda session: session.add_all(_ties(stage)))
    me = find(stage, READER).id
    stage.looks_up(lambda session: _withdraws(session, me, stage))
    return me


def _gathers(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    coming, over = event(stage, club=leipzig), event(stage, "Rückblick", club=leipzig, in_hours=-48)
    for name in (READER, *OTHERS):
        enters(stage, name, leipzig)
        answers(stage, name, coming)
        answers(stage, name, over)
    leader = find(stage, OTHERS[0]).id
    stage.looks_up(lambda session: members.grant(session, leader, RoleKind.AMBASSADOR, stage.clock.now(), leipzig))


def _ties(stage: Stage) -> list[Any]:
    """Requests for contact both ways, words passed on, offers, looks."""
    now, me, others = stage.clock.now(), find(stage, READER).id, [find(stage, name).id for name in OTHERS]
    day = now.date() - timedelta(days=1)
    rows: list[Any] = []
    for other in others:
        rows += [
            ContactRequest(asker_id=other, asked_id=me, message=WORDS, asked_at=now),
            ContactRequest(asker_id=me, asked_id=other, message=WORDS, asked_at=now, state="shared", answered_at=now),
            Relayed(about="mentorship", ref=1, sender_id=other, receiver_id=me, words=WORDS, at=now),
            Relayed(about="contact", ref=1, sender_id=other, receiver_id=me, words=WORDS, at=now),
            Offer(member_id=other, kind="offer", words=WORDS, at=now),
            Look(member_id=me, viewer_id=other, day=day, named=True),
        ]
    return rows


def _withdraws(session: Session, member_id: int, stage: Stage) -> None:
    given = {"given": False, "version": "test", "text": "…", "language": "en", "at": stage.clock.now()}
    consents.add(session, member_id, Purpose.ALUMNI, **given)  # type: ignore[arg-type]


def names_in(text: str) -> set[str]:
    return {part for name in OTHERS for part in name.split() if part in text}


@on_both_databases
async def test_no_screen_has_a_name_for_a_reader_without_consent(stage: Stage) -> None:
    reader = a_network(stage)
    looking, seen, betrayed = Looking(stage, reader), 0, set()
    with speaking("en"):
        for incoming in messages(looking.router):
            text = looking.acts(incoming)
            seen += bool(text)
            betrayed |= {(incoming.text, name) for name in names_in(text)}
        for kind in looking.router.notices.values():
            betrayed |= {(notice.kind, name) for notice in every(kind) for name in names_in(looking.composed(notice))}
    assert betrayed == set()
    assert seen > 500


@pytest.mark.database("sqlite")
async def test_the_same_screens_have_names_for_who_agrees(stage: Stage) -> None:
    """Otherwise the test above would say nothing."""
    reader = a_network(stage)
    given = {"given": True, "version": "test", "text": "…", "language": "en", "at": stage.clock.now()}
    stage.looks_up(lambda session: consents.add(session, reader, Purpose.ALUMNI, **given))  # type: ignore[arg-type]
    looking, found = Looking(stage, reader), set()
    with speaking("en"):
        for incoming in messages(looking.router):
            if names_in(looking.acts(incoming)):
                found.add(incoming.text.split(":")[0])
    assert {"fp", "mo", "ms"} <= found
    assert len(found) > 12
