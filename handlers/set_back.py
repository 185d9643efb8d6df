"""When the database was set back to an earlier copy: who had asked to be erased then is asked again, as they may have
changed their mind since, and we would not know."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.i18n import _, when
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Router
from db import erasure
from handlers.privacy import TIME_TO_THINK, Keep


@dataclass(frozen=True, slots=True)
class StillToErase(Notice, kind="still_to_erase"):
    """`until` (seconds) names the occasion."""

    until: int

    def compose(self, at: Composing) -> Reply | None:
        erase_at = at.member.erase_at
        if erase_at is None or int(erase_at.timestamp()) != self.until:
            return None
        text = _(
            "We had to go back to an earlier copy of our database. In it you have asked us to erase everything we hold "
            "about you; that happens on {time}. If you have changed your mind since, please tell us before then."
        ).format(time=when(erase_at))
        return Reply(text, column(Button(_("Keep my data"), Keep()), Button(_("My data"), Go("mydata"))))


def ask_anew(session: Session, now: datetime) -> int:
    """Give everybody who waits to be erased their time to think once more; how many."""
    waiting = erasure.asked_for(session)
    for member in waiting:
        member.erase_at = now + TIME_TO_THINK
        queue(session, member.id, StillToErase(int(member.erase_at.timestamp())), now)
    return len(waiting)


def register(router: Router) -> None:
    router.notice(StillToErase)
