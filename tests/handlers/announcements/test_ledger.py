"""The ledger says of each recipient what their phone shows, and its sums are what Telegram received."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import attachments
from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from handlers.announcements.buttons import OpenAnnouncement, StopAnnouncement
from tests.actors import Actor, TelegramActor
from tests.announcements import announcement, outcomes, state_of
from tests.botapi.errors import BLOCKED
from tests.botapi.incoming import PIXEL
from tests.people import find, member
from tests.stage import Stage, translations

pytestmark = pytest.mark.door("telegram")
TEXT = "Hello from Chemnitz"


@dataclass
class Sent:
    """An announcement, and everybody it is for; the first of them wrote it."""

    stage: Stage
    id: int
    people: list[Actor]

    def copies(self, actor: Actor) -> int:
        """How often Telegram took it for this chat: sent, that is, not written over by a card."""
        received = self.stage.telegram.stats.texts.items()
        return sum(count for (chat, text), count in received if chat == actor.number and TEXT in text)

    def on_phones(self) -> dict[str, int]:
        return {actor.name: self.copies(actor) for actor in self.people}

    def by_ledger(self) -> dict[str, int]:
        """How many messages each should have, going by what became of their notice."""
        return {name: int(outcome == "sent") for name, outcome in outcomes(self.stage, self.id).items()}

    def sums(self) -> Counter[str | None]:
        return Counter(outcomes(self.stage, self.id).values())


def people(stage: Stage, count: int) -> list[Actor]:
    cora = member(stage, "Cora Ordner", coordinator=True)
    return [cora, *(member(stage, f"Person {number}") for number in range(1, count))]


def phone_of(actor: Actor) -> TelegramActor:
    assert isinstance(actor, TelegramActor)
    return actor


async def figures(sent: Sent, *labels: str) -> list[int]:
    """What stands behind these labels on the card of the announcement."""
    cora = sent.people[0]
    await cora.presses(OpenAnnouncement(sent.id).pack(), None)
    return [_figure(cora, label) for label in labels]


def _figure(actor: Actor, label: str) -> int:
    words = "|".join(map(re.escape, translations(actor.language, label)))
    found = re.search(rf"(?:{words}): (\d+)", actor.screen.text)
    return int(found[1]) if found else 0


async def test_who_has_blocked_the_bot_is_not_reachable_and_everybody_else_has_it(stage: Stage) -> None:
    sent = Sent(stage, 0, people(stage, 8))
    for actor in sent.people[2:4]:
        phone_of(actor).phone.chat.refusal = BLOCKED
    sent.id = announcement(stage, TEXT)
    await stage.passes(seconds=5)
    assert (sent.on_phones(), sent.sums()) == (sent.by_ledger(), {"sent": 6, "unreachable": 2})
    assert await figures(sent, "Have it", "Not reachable", "Still to get it") == [6, 2, 0]


async def test_a_picture_is_uploaded_once_and_everybody_has_it(stage: Stage) -> None:
    sent = Sent(stage, 0, people(stage, 8))
    author = find(stage, "Cora Ordner").id
    picture = {"name": "party.png", "media_type": "image/png", "size": len(PIXEL), "content": PIXEL}
    kept = stage.looks_up(lambda session: attachments.keep(session, author, now=stage.clock.now(), **picture).id)  # type: ignore[arg-type]
    sent.id = announcement(stage, TEXT, attachment_id=kept)
    await stage.passes(seconds=5)
    assert (sent.on_phones(), sent.sums()) == (sent.by_ledger(), {"sent": 8})
    shown = [message for actor in sent.people for message in phone_of(actor).phone.chat.messages if message.photo]
    assert (len(shown), {message.photo for message in shown}) == (8, {PIXEL})
    assert len(stage.telegram.world.files) == 1


async def test_stopped_in_mid_send_the_ledger_says_who_has_it_and_who_was_left_out(stage: Stage) -> None:
    await stage.restart(messages_per_second=30)
    sent = Sent(stage, 0, people(stage, 60))
    sent.id = announcement(stage, TEXT)
    sending = asyncio.ensure_future(stage.app.ticks.all_at_once())
    cora = phone_of(sent.people[0]).phone
    await cora.chat.bell.until(lambda: cora.chat.messages, 5)
    cora.forges_tap(StopAnnouncement(sent.id).pack())
    await sending
    await stage.passes(seconds=20)
    assert state_of(stage, sent.id) == AnnouncementState.STOPPED
    assert sent.on_phones() == sent.by_ledger()
    have, left_out = sent.sums()["sent"], sent.sums()["stopped"]
    assert (set(sent.sums()), have + left_out) == ({"sent", "stopped"}, 60)
    assert await figures(sent, "Have it", "Left out, as it was stopped") == [have, left_out]


@pytest.mark.parametrize("accepted", [False, True])
async def test_interrupted_between_two_parts_only_the_second_is_sent_again(stage: Stage, accepted: bool) -> None:
    """Where the line broke after the second had arrived, it is there twice, and the ledger counts that."""
    sent = Sent(stage, 0, people(stage, 2))
    anna, parts = phone_of(sent.people[1]), [f"Part {number} {'word ' * 700}".strip() for number in (1, 2)]
    stage.telegram.faults.latency = 0.1
    sent.id = announcement(stage, "\n\n".join(parts))
    sending = asyncio.ensure_future(stage.app.ticks.all_at_once())
    await anna.phone.chat.bell.until(lambda: anna.phone.chat.messages, 5)
    broken = stage.telegram.faults.reset(accepted=accepted, methods=["sendMessage"], chat=anna.number, count=1)
    await sending
    stage.telegram.faults.latency = 0
    await stage.passes(seconds=10)
    copies = [sum(f"Part {number} " in message.text for message in anna.messages()) for number in (1, 2)]
    assert (broken.hits, copies, sent.sums()) == (1, [1, 1 + accepted], {"sent": 2})
    assert stage.looks_up(_doubtful) == 1


def _doubtful(session: Session) -> int:
    return session.scalar(select(func.sum(Outbox.maybe_doubled)).where(Outbox.kind == "announced")) or 0


async def test_two_announcements_at_once_are_accounted_for_apart(stage: Stage) -> None:
    everybody = people(stage, 5)
    phone_of(everybody[1]).phone.chat.refusal = BLOCKED
    sent = Sent(stage, announcement(stage, TEXT), everybody)
    other = announcement(stage, "Something else")
    await stage.passes(seconds=5)
    await stage.passes(seconds=10)
    assert (sent.on_phones(), sent.sums()) == (sent.by_ledger(), {"sent": 4, "unreachable": 1})
    texts = [message.text for actor in everybody for message in actor.messages()]
    assert sum("Something else" in text for text in texts) == 4
    assert Counter(outcomes(stage, other).values()) == {"sent": 4, "unreachable": 1}
    states = stage.looks_up(lambda session: set(session.scalars(select(Announcement.state))))
    assert states == {AnnouncementState.DONE}
