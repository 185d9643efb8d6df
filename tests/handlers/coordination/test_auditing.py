"""Coordinators read who looked at data or changed them; that they look is itself recorded."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.i18n import LANGUAGES, _, speaking
from bot.domain.scope import Scope
from db import members
from db.models.lists import Institution
from db.models.members import Affiliation, RoleKind
from db.models.privacy import Audit
from db.restored import RESTORED
from handlers.coordination.audit_wording import ACTIONS, Group, describe, group_names
from handlers.coordination.auditing import ReadLog
from tests.actors import Actor
from tests.audited import faults_of
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said, word

ROOT = Path(__file__).parents[3]
VIEWED = "{actor} looked at the registration of {subject}."
LOOKED = "{actor} looked at the audit log about {subject}."
NOTHING = "There are no such lines."


def actions_in(tree: ast.Module) -> Iterator[str]:
    """The names of actions that a module records."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in ("record", "_record", "note"):
            yield from (word for part in call.args for word in constants(part))
        if name == "Audit":
            given = [key.value for key in call.keywords if key.arg == "action"]
            yield from (word for value in given for word in (*constants(value), *named_constants(value)))
        if name == "literal" and "columns.action" in ast.unparse(call):
            yield from constants(call.args[0])


def named_constants(tree: ast.expr) -> Iterator[str]:
    """The one action that has a constant: a restored database looks for it, too."""
    if isinstance(tree, ast.Name) and tree.id.isupper():
        yield {"RESTORED": RESTORED}[tree.id]


def constants(tree: ast.expr) -> Iterator[str]:
    """A word, or either of two."""
    parts = (tree.body, tree.orelse) if isinstance(tree, ast.IfExp) else (tree,)
    return (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def test_every_action_recorded_anywhere_has_a_sentence_and_no_sentence_is_idle() -> None:
    files = [path for folder in ("handlers", "db", "bot") for path in (ROOT / folder).rglob("*.py")]
    found = {
        action
        for path in files
        if "demo" not in path.parts
        for action in actions_in(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(found) > 50
    assert found == set(ACTIONS)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_sentence_names_who_is_meant(language: str) -> None:
    with speaking(language):
        for action in ACTIONS:
            line = Audit(at=find_time(), actor="AAAA2222", action=action, subject="BBBB3333", details={})
            text = str(describe(Session(), line, {}))
            assert "{" not in text
            assert "AAAA2222" in text or "BBBB3333" in text, action
        assert list(group_names()) == list(Group)


def find_time() -> Any:
    from tests.stage import START

    return START


@pytest.mark.parametrize(
    ("details", "good"),
    [
        ({"event": 3, "tell": "all", "states": ["yes", "maybe"], "came_as": "2345BCDF", "on": True}, True),
        ({"name": "Anna"}, False),
        ({"name": "anna@example.org"}, False),
        ({"text": "two words"}, False),
        ({"names": ["Anna Weber"]}, False),
        ({"more": {"name": "anna"}}, False),
    ],
)
def test_ids_and_short_codes_are_no_values(details: dict[str, Any], good: bool) -> None:
    assert (list(faults_of("event_changed", details)) == []) is good


# -- reading


def line(reader: Actor, sentence: str, **names: str) -> str:
    """A sentence of the log, as its reader reads it."""
    with speaking(reader.language):
        return str(_(sentence)).format(**names)


async def looks_at_registration(koch: Actor, name: str) -> None:
    await koch.says("/verify")
    await koch.taps(name)


def noted(stage: Stage, action: str) -> list[str | None]:
    query = select(Audit.subject).where(Audit.action == action)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def called(stage: Stage, name: str) -> str:
    return f"{name} ({find(stage, name).number})"


@pytest.mark.everywhere
async def test_the_newest_line_comes_first_with_names_and_numbers(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    await looks_at_registration(koch, "Anna Weber")
    await koch.taps("Approve")
    await koch.says("/audit")
    names = {"actor": called(stage, "Katrin Koch"), "subject": called(stage, "Anna Weber")}
    text = koch.reads(line(koch, VIEWED, **names)).text
    approved = line(koch, "{actor} confirmed the registration of {subject}.", **names)
    assert text.index(approved) < text.index(line(koch, VIEWED, **names))


async def test_who_has_left_is_a_number(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    number = find(stage, "Anna Weber").number
    await looks_at_registration(koch, "Anna Weber")
    await anna.says("/forget")
    await anna.says("ERASE")
    await stage.passes(hours=49)
    await koch.says("/audit")
    gone = said(koch, "somebody who has left ({number})", number=number)
    koch.reads(line(koch, VIEWED, actor=called(stage, "Katrin Koch"), subject=gone))
    await koch.taps("Choose lines")
    await koch.says(number.lower())
    await koch.taps("Skip")
    await koch.taps("Skip")
    koch.reads("About {name}", name=number)
    assert noted(stage, "audit_viewed") == [number]


async def test_a_person_is_looked_up_and_that_is_recorded_once_a_day(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Ben Lang"):
        member(stage, name, verified=False)
        await looks_at_registration(koch, name)
    anna = find(stage, "Anna Weber").number
    for _time in range(2):
        await koch.says("/audit")
        await koch.taps("Choose lines")
        await koch.says("Weber")
        await koch.taps("Skip")
        await koch.taps("Skip")
    koch.reads("About {name}", name=called(stage, "Anna Weber"))
    names = {"actor": called(stage, "Katrin Koch"), "subject": called(stage, "Anna Weber")}
    koch.reads(line(koch, LOOKED, **names))
    assert called(stage, "Ben Lang") not in koch.screen.text
    assert noted(stage, "audit_viewed") == [anna]
    await stage.passes(days=1.1)
    await koch.presses(ReadLog(0, anna).pack(), koch.screen.ident)
    assert noted(stage, "audit_viewed") == [anna, anna]


async def test_lines_of_a_kind_and_of_a_day(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    await looks_at_registration(koch, "Anna Weber")
    await koch.says("/mydata")
    await stage.passes(days=2)
    own = "{actor} looked at their own data."
    for group, sees in (("Data and privacy", own), ("Registrations, codes, offices", VIEWED)):
        await koch.says("/audit")
        await koch.taps("Choose lines")
        await koch.taps("Skip")
        await koch.taps(word(koch, "audit", group))
        await koch.taps("Skip")
        text = koch.reads(sees).text
        assert (line(koch, own, actor=called(stage, "Katrin Koch")) in text) is (sees == own)
    for days_ago, sees in ((2, own), (1, NOTHING)):
        day = (stage.clock.now() - timedelta(days=days_ago)).strftime("%Y-%m-%d")
        await koch.says("/audit")
        await koch.taps("Choose lines")
        await koch.taps("Skip")
        await koch.taps("Skip")
        await koch.says(day)
        koch.reads(sees)
    await koch.taps("Everything")
    koch.reads(VIEWED)


async def test_a_scoped_coordinator_reads_of_those_they_answer_for_and_of_themselves(stage: Stage) -> None:
    central = member(stage, "Katrin Koch", coordinator=True)
    lang = member(stage, "Lars Lang")
    for name in ("Anna Weber", "Ben Lang"):
        member(stage, name, verified=False)
        await looks_at_registration(central, name)

    lars, anna = find(stage, "Lars Lang").id, find(stage, "Anna Weber").id

    def appoint(session: Session) -> None:
        here, there = session.scalars(select(Institution.id).order_by(Institution.id).limit(2))
        own = Scope(institutions=frozenset({there}))
        members.grant(session, lars, RoleKind.COORDINATOR, stage.clock.now(), scope=own)
        moved = select(Affiliation).where(Affiliation.member_id == anna)
        row = session.scalars(moved).one()
        row.institution_id, row.programme_id = there, None
        assert here != there

    stage.looks_up(appoint)
    await lang.says("/audit")
    lang.reads("You see what you did, and what was done about members you answer for.")
    assert called(stage, "Anna Weber") in lang.screen.text
    assert called(stage, "Ben Lang") not in lang.screen.text
    await lang.presses(ReadLog(0, find(stage, "Ben Lang").number).pack(), lang.screen.ident)
    lang.reads(NOTHING)
    assert noted(stage, "audit_viewed") == []
    await lang.taps("Choose lines")
    await lang.says("Ben Lang")
    lang.reads("We know nobody of this name or number among those you answer for.")
