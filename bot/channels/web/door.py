"""The web door as the rest of the house sees it: messages in, bubbles out.

What a turn answers is written to the member's own history in the turn's transaction, so nothing is left to
show; sockets are told that there is something new.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.i18n import LANGUAGES, _
from bot.conversation.incoming import Incoming, Kind, Unparsable
from bot.conversation.reply import Wire
from bot.conversation.turn import Turn
from db import entries

NAME = "web"


class WebDoor:
    """`nudged` is called with a session id and a member whose history grew."""

    def __init__(self) -> None:
        self.nudged: Callable[[str | None, int], None] = lambda _session, _member: None

    def parse(self, payload: str) -> Incoming:
        """A stored frame as Incoming. Raises Unparsable."""
        try:
            frame = json.loads(payload)
            return _READERS[frame["kind"]](frame)
        except (ValueError, KeyError, TypeError) as error:
            raise Unparsable(type(error).__name__) from error

    def keep(self, turn: Turn, replies: list[Wire]) -> bool:
        mine = _said(turn.incoming)
        if mine is not None:
            body = {"text": mine, "key": turn.incoming.key}
            entries.add(turn.session, turn.me.id, True, body, turn.now)
        for wire in replies:
            self._keep_one(turn.session, turn.me.id, wire, turn.now)
        return True

    def keep_notice(self, session: Session, member: int, wire: Wire, now: datetime) -> bool:
        self._keep_one(session, member, wire, now)
        return True

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int) -> None:
        """Everything is shown from the history."""

    async def settle(self) -> None:
        """Nothing is under way."""

    async def set_menu(self, sender: str, member: int, door: int) -> None:
        """The page has no command menu of its own."""

    def nudge(self, sender: str | None, member: int) -> None:
        self.nudged(sender, member)

    def _keep_one(self, session: Session, member: int, wire: Wire, now: datetime) -> None:
        body = {key: value for key, value in wire.items() if key in ("text", "rows", "ask", "picture", "file")}
        if not body["text"]:
            body["text"] = wire.get("toast", "")
        if "edits" in wire and wire["text"] and entries.change(session, member, int(wire["edits"]), body):
            return
        if body["text"]:
            entries.add(session, member, False, body, now)


def _said(incoming: Incoming) -> str | None:
    """What the page shows as said by the person; taps leave no bubble."""
    if incoming.kind is Kind.TEXT:
        return incoming.text
    if incoming.kind is Kind.COMMAND and incoming.chosen is None:
        return f"/{incoming.text} {incoming.args}".strip()
    return str(_("My location")) if incoming.kind is Kind.LOCATION else None


def _read_start(frame: dict[str, Any]) -> Incoming:
    chosen = frame.get("language")
    payload = str(frame.get("payload") or "")[:64]
    return Incoming(Kind.COMMAND, "start", payload, chosen=chosen if chosen in LANGUAGES else "", key=frame["key"])


def _read_text(frame: dict[str, Any]) -> Incoming:
    text = str(frame["text"])
    if text.startswith("/") and len(text) > 1 and text[1].isalpha():
        word, _space, args = text[1:].partition(" ")
        return Incoming(Kind.COMMAND, word.lower(), args.strip(), key=frame["key"])
    return Incoming(Kind.TEXT, text, key=frame["key"])


def _read_tap(frame: dict[str, Any]) -> Incoming:
    message = frame.get("message")
    return Incoming(Kind.TAP, str(frame["data"]), message=int(message) if message else None, key=frame["key"])


def _read_location(frame: dict[str, Any]) -> Incoming:
    return Incoming(Kind.LOCATION, location=(float(frame["lat"]), float(frame["lon"])), key=frame["key"])


_READERS: dict[str, Callable[[dict[str, Any]], Incoming]] = {
    "start": _read_start,
    "text": _read_text,
    "tap": _read_tap,
    "location": _read_location,
}
