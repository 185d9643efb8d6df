"""A house in which everybody and everything there is a page for exists: readers of every role in a browser each, and
addresses that were made for one of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session
from yarl import URL

from bot.channels.web.exports import LINK_COOKIE
from bot.channels.web.imports import COOKIE as IMPORT_COOKIE
from bot.channels.web.security import hash_token
from bot.domain.audience import EVERYONE
from bot.domain.exports import Purpose
from bot.domain.importing.layout import Layout
from bot.domain.inviting import Way, Whom
from bot.domain.scope import CENTRAL
from db import attachments, codes, drafts, entries, web_sessions
from db.drafts import Filling
from db.models.breaches import BreachMessage, BreachUnreached
from db.models.conversation import Door
from db.models.events import Attendance
from db.models.lists import Institution
from db.models.members import Member, Status
from db.models.records import Import, ImportRow, ImportState
from handlers.attachments import recipe_of
from handlers.events.tickets import ticket_of
from tests.actors import WebActor
from tests.clubs import club
from tests.events import answers, event
from tests.handlers.coordination.test_inviting import PEOPLE, listed
from tests.office import leaves_office
from tests.people import find, guest, member, scope
from tests.stage import Stage
from tests.surveys import says, survey

LISTED = "Eberhard Knollwitz"
WORDS = "What Anna wrote to the office"
OPENED_IN = "t" * 43  # the cookie of the browser that opened a list, or pressed the button of an export


class Reader(StrEnum):
    """Who asks. The last three are whom something was made for."""

    STRANGER = "a browser that never was here"
    IN_TELEGRAM = "the browser inside Katrin's Telegram"
    LOOKED_ROUND = "Gast"
    SIGNED_OUT = "Sigrun Ausgang"
    PENDING = "Petra Wartend"
    MEMBER = "Mechthild Obermoser"
    SUSPENDED = "Konstanze Gesperrt"
    AMBASSADOR = "Clara Jungbluth"
    PROGRAMME = "Xenia Programmatik"
    INSTITUTION = "Ignaz Hochschulrat"
    CENTRAL = "Zacharias Zentral"
    FORMER = "Fridolin Ehemals"
    ANNA = "Annelore Weberknecht"
    BERND = "Bernward Sommerfeld"
    KATRIN = "Katinka Kochlöffel"


MEMBERS = [reader for reader in Reader if reader not in (Reader.STRANGER, Reader.IN_TELEGRAM, Reader.LOOKED_ROUND)]
NAMES = {part for name in (*MEMBERS, LISTED) for part in name.split()}
NAMES |= {name for person in PEOPLE for name in person[:2] if name}


@dataclass
class Inhabited:
    """Browsers by reader, and addresses by what they lead to."""

    stage: Stage
    browsers: dict[Reader, aiohttp.ClientSession] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    _secrets: Iterator[str] = field(default_factory=lambda: iter(lambda: codes.new_secret(22), ""))

    async def close(self) -> None:
        for browser in self.browsers.values():
            await browser.close()

    def link(self, kind: str, owner: Reader, prefill: Any, *, minutes: int | None = 15, **columns: Any) -> str:
        """A link of this kind in somebody's hands; its secret."""
        secret, now = next(self._secrets), self.stage.clock.now()
        digest, lasting = self.stage.app.house.digest("code", secret), timedelta(minutes=minutes or 0)
        whose = find(self.stage, owner).id

        def issue(session: Session) -> None:
            codes.issue(session, kind, digest, now, member=whose, prefill=prefill, lasting=lasting if minutes else None)
            session.flush()
            code = codes.find(session, kind, digest)
            for name, value in columns.items():
                setattr(code, name, value)

        self.stage.looks_up(issue)
        return secret


def inhabited(stage: Stage) -> Inhabited:
    full = Inhabited(stage)
    meetup = _people(full)
    _open_browsers(full)
    _exports(full, meetup)
    _lists(full)
    _of_anna(full, meetup)
    return full


def _people(full: Inhabited) -> int:
    """Everybody; and an evening of Bernd's club that Anna comes to."""
    stage = full.stage
    leipzig, berlin = club(stage, "Leipzig"), club(stage, "Berlin")
    offices: dict[Reader, dict[str, Any]] = {
        Reader.PENDING: {"verified": False},
        Reader.AMBASSADOR: {"ambassador_of": berlin},
        Reader.BERND: {"ambassador_of": leipzig},
        Reader.PROGRAMME: {"coordinates": scope(stage, programme="nrw-jiangsu")},
        Reader.INSTITUTION: {"coordinates": scope(stage, institution="htwk-leipzig")},
        Reader.CENTRAL: {"coordinator": True},
        Reader.FORMER: {"coordinator": True},
        Reader.SUSPENDED: {"coordinator": True},
        Reader.KATRIN: {"coordinator": True},
    }
    guest(stage, Reader.LOOKED_ROUND, door="web")
    for reader in MEMBERS:
        member(stage, reader, door="web", **offices.get(reader, {}))
    leaves_office(stage, Reader.FORMER)
    suspended = find(stage, Reader.SUSPENDED).id
    stage.looks_up(lambda session: setattr(session.get_one(Member, suspended), "status", Status.SUSPENDED))
    meetup = event(stage, club=leipzig, in_hours=1)
    answers(stage, Reader.ANNA, meetup)
    return meetup


def _open_browsers(full: Inhabited) -> None:
    """One for each reader, which keeps its cookies; that of Katrin has the page of her list open."""
    stage = full.stage
    actors = {actor.name: actor for actor in stage._actors if isinstance(actor, WebActor)}
    headers = {"accept-language": stage.language.replace("zh_Hans", "zh-CN")}
    for reader in Reader:
        jar = actors[reader].cookies if reader in actors else aiohttp.CookieJar(unsafe=True)
        full.browsers[reader] = aiohttp.ClientSession(cookie_jar=jar, headers=headers)
    url = URL(stage.app.web_address())
    full.browsers[Reader.KATRIN].cookie_jar.update_cookies({IMPORT_COOKIE: OPENED_IN}, url)
    full.browsers[Reader.IN_TELEGRAM].cookie_jar.update_cookies({LINK_COOKIE: OPENED_IN}, url)
    gone, now = actors[Reader.SIGNED_OUT].token_hash, stage.clock.now()
    whose = find(stage, Reader.SIGNED_OUT).id

    def sign_out(session: Session) -> None:
        browser = web_sessions.find(session, gone, now)
        assert browser is not None
        door = session.scalars(select(Door.id).where(Door.external_id == browser.id)).one()
        assert web_sessions.sign_out(session, whose, door, now)

    stage.looks_up(sign_out)


def _exports(full: Inhabited, meetup: int) -> None:
    """A link of each kind in the hands of Katrin, who may; and the same with whom it is not open to (any more)."""
    stage, now = full.stage, full.stage.clock.now()
    asked = survey(stage, author=Reader.KATRIN, anonymous=False)
    says(stage, asked, Reader.ANNA, q1=0, q2=f"{Reader.ANNA}!")
    members_ = {
        "audience": EVERYONE.to_json(),
        "name": "alle",
        "scope": CENTRAL.to_json(),
        "purpose": Purpose.SELECTION.value,
        "parts": ["name"],
    }
    whom = {"whom": Whom(listed(stage)).to_json(), "scope": CENTRAL.to_json(), "again": True, "language": None}
    kinds: dict[str, Any] = {
        "event": {"event": meetup},
        "survey": {"survey": asked},
        "members": {"members": members_},
        "table": {"invitations": {**whom, "way": Way.MAILER}},
        "letters": {"invitations": {**whom, "way": Way.LETTERS}, "format": "html"},
        "unreached": {"unreached": _unreached(stage)},
    }
    for kind, what in kinds.items():
        prefill = {"format": "csv", "reason": "Jahresbericht", **what}
        for holder in (Reader.FORMER, Reader.PROGRAMME, Reader.INSTITUTION, Reader.AMBASSADOR):
            full.addresses[f"{kind} of {holder}"] = full.link("export", holder, prefill)
        own = {**prefill, "signed_in": True}
        full.addresses[f"{kind} of {Reader.KATRIN}"] = full.link("export", Reader.KATRIN, own)
        pressed = {**prefill, "browser": hash_token(OPENED_IN), "presses": 1}
        full.addresses[f"{kind} pressed in Telegram"] = full.link("export", Reader.KATRIN, pressed)
        full.addresses[f"expired {kind}"] = full.link("export", Reader.KATRIN, prefill, expires_at=now)
        full.addresses[f"used {kind}"] = full.link("export", Reader.KATRIN, prefill, used_at=now)
    full.addresses["asked for on Telegram"] = full.link("export", Reader.KATRIN, prefill | {"format": "csv"})


def _unreached(stage: Stage) -> int:
    """A message about a breach that did not reach Anna."""
    anna, now = find(stage, Reader.ANNA).id, stage.clock.now()

    def leave(session: Session) -> int:
        row = BreachMessage(kind="b", ref=0, texts={}, state="done", created_at=now, changed_at=now, done_at=now)
        session.add(row)
        session.flush()
        session.add(BreachUnreached(message_id=row.id, member_id=anna, outcome="unreachable"))
        return row.id

    return stage.looks_up(leave)


def _lists(full: Inhabited) -> None:
    """A list of people with a doubtful line, open in Katrin's browser; and links to it in other hands."""
    stage, now = full.stage, full.stage.clock.now()

    def stage_list(session: Session) -> int:
        institution = session.scalars(select(Institution.id).where(Institution.slug == "nrw-programmes")).one()
        row = Import(institution_id=institution, state=ImportState.CHECKED, created_at=now, changed_at=now)
        row.counts, row.layout = {"verdicts": {"doubtful": 1}}, Layout([], 0, 0, [], [], 0).to_json()
        session.add(row)
        session.flush()
        said = {"name": LISTED}
        session.add(ImportRow(import_id=row.id, line=2, verdict="doubtful", cells=said, said={"full_name": LISTED}))
        return row.id

    number = stage.looks_up(stage_list)
    opened = {"import": number, "browser": hash_token(OPENED_IN)}
    full.addresses["open list"] = full.link("import", Reader.KATRIN, opened, used_at=now)
    full.addresses["fresh list"] = full.link("import", Reader.KATRIN, {"import": number})
    full.addresses["expired list"] = full.link("import", Reader.KATRIN, {"import": number}, expires_at=now)
    for holder in (Reader.FORMER, Reader.PROGRAMME, Reader.INSTITUTION, Reader.AMBASSADOR):
        full.addresses[f"list of {holder}"] = full.link("import", holder, {"import": number})
    full.addresses["garbled"] = "A" * 22


def _of_anna(full: Inhabited, meetup: int) -> None:
    """Her ticket, her calendar, a file in her chat; and she is being asked for one."""
    stage, now = full.stage, full.stage.clock.now()
    anna = find(stage, Reader.ANNA).id

    def add(session: Session) -> tuple[int, int, str]:
        row = session.scalars(select(Attendance).where(Attendance.event_id == meetup)).one()
        content = Reader.ANNA.encode()
        file = attachments.keep(
            session, anna, name="a.pdf", media_type="application/pdf", size=len(content), now=now, content=content
        )
        recipe = recipe_of(file)
        body = {"text": WORDS, "file": {"kind": recipe.kind, "name": recipe.name, "params": recipe.params}}
        entries.add(session, anna, False, body, now)
        drafts.keep(session.connection(), anna, Filling("letterfile", "file"), now + timedelta(days=1))
        session.flush()
        return entries.latest(session, anna, None)[0].id, row.id, row.nonce or ""

    entry, answer, nonce = stage.looks_up(add)
    ticket = ticket_of(stage.app.house, answer, nonce)
    full.addresses |= {
        "file": str(entry),
        "ticket": ticket,
        "forged ticket": f"{answer}-{'0' * 24}",
        "no ticket": "nobody wrote this",
        "feed": full.link("feed", Reader.ANNA, None, minutes=None),
        "ended feed": full.link("feed", Reader.ANNA, None, minutes=None, used_at=now),
        "feed of who is suspended": full.link("feed", Reader.SUSPENDED, None, minutes=None),
        "garbled feed": "B" * 22,
    }
