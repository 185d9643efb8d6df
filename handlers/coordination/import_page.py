"""Who may use the page of a list: whoever was given its link, in the browser that opened it first.

The link is opened in whatever browser the chat knows, often one inside Telegram where nobody is signed in; so its
secret suffices, once: from then on a cookie of that browser is needed as well. A browser that is signed in as somebody
else gets nothing, nor does anybody who answers for the institution no longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.secrets import LENGTHS
from db import codes, imports, members, scopes
from db.models.members import Code, Member
from db.models.records import Import
from handlers.coordination.import_steps import may_open
from handlers.exports.links import Asker

LINK_LASTS = timedelta(hours=1)
# So long a browser may work on the list it opened.
PAGE_LASTS = timedelta(hours=8)


class Standing(StrEnum):
    """GOOD: this browser has opened the link. FRESH: nobody has."""

    GOOD = "good"
    FRESH = "fresh"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    NOT_YOURS = "not_yours"
    NO_LONGER = "no_longer"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a link opens. `row` and `owner` only where it is good."""

    standing: Standing
    language: str | None = None
    zone: str = "UTC"
    row: Import | None = None
    owner: Member | None = None


def look_at(session: Session, house: House, asker: Asker, now: datetime, *, lock: bool = False) -> Visit:
    """What the link opens for them; `lock` where the list is to be changed. Spends nothing."""
    code = _find(session, house, asker.secret)
    if code is None or code.member_id is None or code.prefill is None:
        return Visit(Standing.UNKNOWN)
    if asker.reader is not None and asker.reader != code.member_id:
        return Visit(Standing.NOT_YOURS)
    owner = members.load(session, code.member_id)
    number = code.prefill["import"]
    row = imports.lock(session, number) if lock else imports.load(session, number)
    standing = _standing(code, asker, now)
    if standing in (Standing.GOOD, Standing.FRESH):
        allowed = row is not None and may_open(scopes.scope_of(session, owner.id), owner.id, row)
        standing = standing if allowed else Standing.NO_LONGER
    good = standing is Standing.GOOD
    return Visit(standing, owner.language, owner.zone, row if good else None, owner if good else None)


def enter(session: Session, house: House, asker: Asker, now: datetime) -> Visit:
    """The link is spent: from now on it works in this browser only."""
    visit = look_at(session, house, asker, now)
    code = _find(session, house, asker.secret) if visit.standing is Standing.FRESH else None
    if code is None:
        return visit
    code.used_at, code.expires_at = now, now + PAGE_LASTS
    code.prefill = {**(code.prefill or {}), "browser": asker.browser}
    return look_at(session, house, asker, now)


def _standing(code: Code, asker: Asker, now: datetime) -> Standing:
    expired = code.expires_at is not None and code.expires_at <= now
    browser = (code.prefill or {}).get("browser")
    if code.used_at is not None and browser != asker.browser:
        return Standing.USED
    if expired:
        return Standing.EXPIRED
    return Standing.GOOD if code.used_at is not None else Standing.FRESH


def _find(session: Session, house: House, secret: str) -> Code | None:
    plain = codes.normalise(secret)
    return codes.find(session, "import", house.digest("code", plain)) if len(plain) == LENGTHS["import"] else None
