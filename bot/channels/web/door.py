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
from bot.conversation.incoming import File, FileKind, Incoming, Kind, Unparsable
from bot.conversation.reply import Wire
from bot.conversation.turn import Turn
from bot.domain.files import UNKNOWN_TYPE, is_picture
from db import attachments, entries
from handlers.attachments import recipe_of

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
        mine = _said(turn)
        if mine is not None:
            entries.add(turn.session, turn.me.id, True, {**mine, "key": turn.incoming.key}, turn.now)
        for wire in replies:
            self._keep_one(turn.session, turn.me.id, wire, turn.now)
        return True

    def keep_notice(self, session: Session, member: int, wire: Wire, now: datetime) -> bool:
        self._keep_one(session, member, wire, now)
        return True

    async def turn(self, sender: str, lane: int) -> None:
        """There is no line to wait for."""

    async def show(self, sender: str, payload: str, replies: list[Wire], lane: int | None) -> None:
        """Everything is shown from the history."""

    def paused_for(self) -> float:
        return 0.0

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
        if body["text"] or "picture" in body or "file" in body:
            entries.add(session, member, False, body, now)


def _said(turn: Turn) -> Wire | None:
    """What the page shows as said by the person; taps leave no bubble."""
    incoming = turn.incoming
    if incoming.kind is Kind.TEXT:
        return {"text": incoming.text}
    if incoming.kind is Kind.COMMAND and incoming.chosen is None:
        return {"text": f"/{incoming.text} {incoming.args}".strip()}
    if incoming.kind is Kind.FILE and incoming.file is not None:
        return _shown_back(turn, incoming.file)
    return {"text": str(_("My location"))} if incoming.kind is Kind.LOCATION else None


def _shown_back(turn: Turn, file: File) -> Wire:
    """The person's own picture or file; of one that is not theirs (any more) just that there was one."""
    row = attachments.own(turn.session, file.attachment or 0, turn.me.id)
    if row is None:
        return {"text": str(_("A file"))}
    recipe = recipe_of(row)
    kind = "picture" if is_picture(row.media_type) else "file"
    return {"text": "", kind: {"kind": recipe.kind, "name": recipe.name, "params": recipe.params}}


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


def _read_file(frame: dict[str, Any]) -> Incoming:
    attachment = frame["attachment"]
    if type(attachment) is not int or not 0 < attachment < 2**31:
        raise ValueError(attachment)
    file = File(FileKind.FILE, "", UNKNOWN_TYPE, 0, attachment=attachment)
    return Incoming(Kind.FILE, file=file, key=frame["key"])


_READERS: dict[str, Callable[[dict[str, Any]], Incoming]] = {
    "start": _read_start,
    "text": _read_text,
    "tap": _read_tap,
    "location": _read_location,
    "file": _read_file,
}
