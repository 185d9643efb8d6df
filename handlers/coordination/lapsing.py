"""Who registered and was never confirmed is told a month before the registration goes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, day
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from bot.domain.retention import WARNED_BEFORE, Kind, span
from db import registrations
from db.models.members import Status


@dataclass(frozen=True, slots=True)
class RegistrationLapses(Notice, kind="registration_lapses"):
    """`told` is the day we say so (ISO): two years later it may be said again."""

    told: str

    def compose(self, at: Composing) -> Reply | None:
        if (
            at.member.status not in (Status.PENDING, Status.DECLINED)
            or at.member.seen_at.date().isoformat() > self.told
        ):
            return None
        text = _(
            "We have not heard of you for a long time, and your registration was never confirmed. After {day} we "
            "erase it with everything you told us. If you would like to stay, one tap is enough."
        ).format(day=day(at.now + WARNED_BEFORE))
        return Reply(text, column(
            Button(_("Keep my registration"), Go("profile")), Button(_("Contact"), Go("contact")),
            Button(_("Erase my data"), Go("forget"))))  # fmt: skip


def warn(session: Session, now: datetime, house: House) -> bool:
    """The planner: some of those whose time is nearly up. True while there may be more."""
    told = registrations.warn_lapsing(session, now, span(Kind.REGISTRATIONS, house.keep) - WARNED_BEFORE)
    for member in told:
        queue(session, member, RegistrationLapses(now.date().isoformat()), now)
    return len(told) == registrations.WARNED_AT_ONCE


def register(router: Router) -> None:
    router.notice(RegistrationLapses)
    router.planner(warn, lambda _session, _now: None)
