"""Links that hand out one file, to one browser, within a quarter of an hour.

Never as a file in the chat, where it would stay for good and could be passed on with one tap. The link opens a page of
the web door with one button. Who asked for it in a browser has to be signed in there. Who asked on Telegram opens it
in whatever browser Telegram knows, often one where nobody is signed in; so there the secret suffices until the button
is pressed, and from then on that browser is needed as well. A browser that is signed in as somebody else gets nothing.

Whether a download has arrived, nobody can know here: what a proxy or the system has taken may still be lost on the way.
So the button may be pressed again while the link lives; each time is recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import speaking
from bot.conversation.questions import Answers
from bot.conversation.secrets import LENGTHS, new_code
from bot.conversation.turn import Turn
from db import codes, doors, members
from db.models.members import Code, Member, Status

LINK_LASTS = timedelta(minutes=15)
MAX_REASON = 200


class Format(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


class About(StrEnum):
    """What a link hands out, and under which name that stands in its code."""

    EVENT = "event"
    MEMBERS = "members"
    SURVEY = "survey"
    INVITATIONS = "invitations"
    UNREACHED = "unreached"


class Standing(StrEnum):
    """What a link still opens, or why it opens nothing. SIGNED_OUT: it is for where who asked for it is signed in."""

    GOOD = "good"
    UNKNOWN = "unknown"
    USED = "used"
    OTHER_BROWSER = "other_browser"
    SIGNED_OUT = "signed_out"
    EXPIRED = "expired"
    NOT_YOURS = "not_yours"
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for a page: the secret in the address, the hash of the browser's cookie, and as which member the browser
    is signed in, if any."""

    secret: str
    browser: str
    reader: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link somebody holds, as plain values. `language` is that of the member who asked for it."""

    standing: Standing
    language: str | None = None
    title: str = ""
    format: Format = Format.XLSX
    about: About = About.EVENT


# What a list is called, for whoever asked for it; None where they may no longer have it.
Title = Callable[[Session, Member, Any], str | None]


def make(turn: Turn, about: About, what: Any, answers: Answers) -> str:
    """The address of a new link for whoever asked. Only its hash is stored; nothing is exported before it is used."""
    mark, secret = new_code(turn.house, "export")
    codes.issue(
        turn.session,
        "export",
        turn.house.digest("code", secret),
        turn.now,
        member=turn.me.id,
        prefill={
            about.value: what,
            "format": answers["format"],
            "reason": answers["reason"],
            "signed_in": doors.telegram_id(turn.session, turn.me.door_id) is None,
        },
        lasting=LINK_LASTS,
    )
    return f"{turn.house.web_url}/export/{mark}"


def examine(
    session: Session, house: House, asker: Asker, now: datetime, titles: Mapping[About, Title]
) -> tuple[Link, Code | None]:
    """What this link opens for whoever asks; for a good one its row, locked."""
    code = _find(session, house, asker.secret)
    about = next((each for each in titles if code is not None and each.value in (code.prefill or {})), None)
    if code is None or code.member_id is None or about is None:
        return Link(Standing.UNKNOWN), None
    if asker.reader is not None and asker.reader != code.member_id:
        return Link(Standing.NOT_YOURS, about=about), None
    owner = owner_of(session, code)
    title = _title(session, owner, code, titles[about])
    bad = _why_shut(code, asker) or _why_dead(code, title, now)
    if bad is not None or title is None:
        return Link(bad or Standing.NO_LONGER, owner.language, about=about), None
    return Link(Standing.GOOD, owner.language, title, Format((code.prefill or {})["format"]), about), code


def _find(session: Session, house: House, secret: str) -> Code | None:
    plain = codes.normalise(secret)
    return codes.find(session, "export", house.digest("code", plain)) if len(plain) == LENGTHS["export"] else None


def _title(session: Session, owner: Member, code: Code, title: Title) -> str | None:
    """Who is suspended takes nothing away meanwhile."""
    if owner.status == Status.SUSPENDED:
        return None
    with speaking(owner.language, owner.zone):
        return title(session, owner, code.prefill)


def _why_shut(code: Code, asker: Asker) -> Standing | None:
    """Why it does not open for this browser, while it may for another."""
    prefill = code.prefill or {}
    if asker.reader is None and prefill.get("signed_in"):
        return Standing.SIGNED_OUT
    return Standing.OTHER_BROWSER if prefill.get("browser", asker.browser) != asker.browser else None


def press(code: Code, asker: Asker) -> int:
    """The button was pressed: from now on the link works in this browser only. How often it has been pressed."""
    presses = int((code.prefill or {}).get("presses", 0)) + 1
    code.prefill = {**(code.prefill or {}), "browser": asker.browser, "presses": presses}
    return presses


def _why_dead(code: Code, title: str | None, now: datetime) -> Standing | None:
    if code.used_at is not None:
        return Standing.USED
    if not codes.is_alive(code, now):
        return Standing.EXPIRED
    return Standing.NO_LONGER if title is None else None


def owner_of(session: Session, code: Code) -> Member:
    return members.load(session, code.member_id or 0)
