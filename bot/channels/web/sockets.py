"""The chat page's sockets: what comes in is stored, what a history has gained goes out.

Any process may write a history (a turn here, a notice in the process that sends), so every process asks the
database once a second where the browsers connected to it stand; a nudge only makes it ask at once.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web.frames import entry_frame
from bot.channels.web.texts import refusal
from bot.conversation.house import House
from bot.conversation.i18n import speaking
from bot.delivery.clock import Clock
from bot.delivery.workers import Urgency, Workers
from db import entries, outbox, web_sessions
from db.engine import in_session
from db.entries import Head
from db.models.web import Entry

log = logging.getLogger("web")
LARGEST_FRAME = 20_000
LONGEST_TEXT = 4096
PER_TEN_SECONDS = 30
PING_S = 20.0
POLL_S = 1.0
KINDS = ("start", "text", "tap", "location", "file")

Store = Callable[[str, str, dict[str, Any]], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Browser:
    """One open page. `session` is None until its first message is stored."""

    socket: WebSocket
    token_hash: str
    session: str | None = None
    member: int | None = None
    seen: int = 0
    language: str | None = None
    greeted: bool = False
    sent_at: list[float] = field(default_factory=list)
    pushing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, frame: dict[str, Any]) -> None:
        await self.socket.send_text(json.dumps(frame, ensure_ascii=False))

    def is_hasty(self) -> bool:
        """Whether this page sends more than a person can."""
        now = time.monotonic()
        self.sent_at = [at for at in self.sent_at if at > now - 10]
        self.sent_at.append(now)
        return len(self.sent_at) > PER_TEN_SECONDS


class Sockets:
    """All pages open at this process."""

    def __init__(self, engine: Engine, workers: Workers, clock: Clock, house: House, store: Store) -> None:
        self._engine = engine
        self._workers = workers
        self._clock = clock
        self._house = house
        self._store = store
        self._browsers: set[Browser] = set()
        self._by_session: defaultdict[str, set[Browser]] = defaultdict(set)
        self._wanted = asyncio.Event()

    def __len__(self) -> int:
        return len(self._browsers)

    def nudge(self, _session: str | None, _member: int) -> None:
        """Some history grew: look at once."""
        self._wanted.set()

    async def watch(self) -> None:
        """Push what is new until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), POLL_S)
            self._wanted.clear()
            try:
                await self._look()
            except Exception as error:
                log.warning("histories not read (%s)", type(error).__name__)
                await asyncio.sleep(POLL_S)

    async def _look(self) -> None:
        sessions = [session for session, browsers in self._by_session.items() if browsers]
        if not sessions:
            return
        heads = {head.session: head for head in await self._read(lambda session: self._heads(session, sessions))}
        behind = [
            self._bring_up(browser, heads.get(session))
            for session in sessions
            for browser in list(self._by_session[session])
            if browser.greeted and not browser.pushing.locked()
        ]
        await asyncio.gather(*behind)

    def _heads(self, session: Session, sessions: Sequence[str]) -> list[Head]:
        return entries.heads(session, sessions, self._clock.now())

    async def _bring_up(self, browser: Browser, head: Head | None) -> None:
        """Tell one page what it has missed. A session that was ended is told so."""
        try:
            async with browser.pushing:
                if head is not None:
                    await self._push(browser, head)
                elif browser.member is not None:
                    text = refusal(browser.language, "closed")
                    await browser.send({"type": "closed", "text": text})
                    await browser.socket.close(4001)
        except (RuntimeError, WebSocketDisconnect):
            self._drop(browser)

    async def _push(self, browser: Browser, head: Head) -> None:
        if browser.language != head.language and head.language is not None:
            browser.language = head.language
            await browser.send({"type": "language", "language": head.language})
        if browser.member != head.member:
            moved = browser.member is not None
            browser.member, browser.seen = head.member, 0
            if moved:
                browser.greeted = False
                await browser.send({"type": "reset"})
                return
        while head.seq > browser.seen:
            found = await self._read(lambda session: self._since(session, browser))
            if not found:
                break
            for frame in found:
                await browser.send(frame)
                browser.seen = frame["seq"]

    def _since(self, session: Session, browser: Browser) -> list[dict[str, Any]]:
        assert browser.member is not None
        rows = entries.since(session, browser.member, browser.seen)
        outbox.note_seen(session, browser.member, self._clock.now())
        return self._frames(session, browser, rows)

    def _frames(self, session: Session, browser: Browser, rows: Sequence[Entry]) -> list[dict[str, Any]]:
        if not rows:
            return []
        zone = entries.zone_of(session, rows[0].member_id)
        with speaking(browser.language, zone):
            return [entry_frame(row, self._house) for row in rows]

    async def serve(self, socket: WebSocket, token_hash: str) -> None:
        """One page, from its handshake to its end."""
        browser = Browser(socket, token_hash)
        found = await self._read(lambda session: web_sessions.find(session, token_hash, self._clock.now()))
        if found is None and await self._read(
            lambda session: web_sessions.was_ended(session, token_hash, self._clock.now())
        ):
            await browser.send({"type": "closed", "text": refusal(None, "closed")})
            return
        self._browsers.add(browser)
        if found is not None:
            self._bind(browser, found.id)
        pinging = asyncio.get_running_loop().create_task(self._ping(browser))
        try:
            while True:
                await self._hear(browser, await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            pinging.cancel()
            self._drop(browser)

    async def drop_all(self) -> None:
        """Close every socket; pages come back by themselves."""
        for browser in list(self._browsers):
            await browser.socket.close(1012)

    async def _ping(self, browser: Browser) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await browser.send({"type": "ping"})

    def _bind(self, browser: Browser, session: str) -> None:
        browser.session = session
        self._by_session[session].add(browser)

    def _drop(self, browser: Browser) -> None:
        self._browsers.discard(browser)
        if browser.session is not None:
            self._by_session[browser.session].discard(browser)
            if not self._by_session[browser.session]:
                del self._by_session[browser.session]

    async def _hear(self, browser: Browser, raw: str) -> None:
        if len(raw) > LARGEST_FRAME:
            await self._refuse(browser, _key_of(raw), "large")
            return
        try:
            frame = json.loads(raw)
            kind = frame["type"]
        except (ValueError, KeyError, TypeError):
            await self._refuse(browser, None, "odd")
            return
        if kind == "hello":
            await self._greet(browser, frame)
        elif kind == "older":
            await self._send_older(browser, frame)
        elif kind == "send":
            await self._take(browser, frame)

    async def _greet(self, browser: Browser, frame: dict[str, Any]) -> None:
        """A page says what it has shown; it gets the rest, or the end of the history."""
        seen = frame.get("seen")
        head = await self._head(browser)
        if head is None:
            browser.greeted = True
            return
        if isinstance(seen, int) and seen > head.seq:
            # It shows what the database does not know (any more): that was set back to an earlier copy, say.
            await browser.send({"type": "reset"})
            return
        async with browser.pushing:
            browser.member, browser.language, browser.greeted = head.member, head.language, True
            browser.seen = seen if isinstance(seen, int) and seen > 0 else 0
            if browser.seen == 0:
                frames = await self._read(lambda session: self._latest(session, browser, None))
                for entry in sorted(frames, key=lambda one: one["id"]):
                    await browser.send(entry)
                browser.seen = head.seq
                await browser.send({"type": "history", "more": len(frames) == 50})
            if head.language is not None:
                await browser.send({"type": "language", "language": head.language})
        self._wanted.set()

    async def head_of(self, token_hash: str) -> int | None:
        """How far the history of a browser goes; None for one without a session."""
        found = await self._read(lambda session: web_sessions.find(session, token_hash, self._clock.now()))
        if found is None:
            return None
        heads = await self._read(lambda session: self._heads(session, [found.id]))
        return heads[0].seq if heads else None

    async def _head(self, browser: Browser) -> Head | None:
        if browser.session is None:
            return None
        wanted = browser.session
        heads = await self._read(lambda session: self._heads(session, [wanted]))
        return heads[0] if heads else None

    def _latest(self, session: Session, browser: Browser, before: int | None) -> list[dict[str, Any]]:
        assert browser.member is not None
        outbox.note_seen(session, browser.member, self._clock.now())
        return self._frames(session, browser, entries.latest(session, browser.member, before))

    async def _send_older(self, browser: Browser, frame: dict[str, Any]) -> None:
        before = frame.get("before")
        if browser.member is None or not isinstance(before, int):
            return
        frames = await self._read(lambda session: self._latest(session, browser, before))
        await browser.send({"type": "older", "entries": frames, "more": len(frames) == 50})

    async def _take(self, browser: Browser, frame: dict[str, Any]) -> None:
        """Store a message, then say so. A repeated key is the same message."""
        key = frame.get("key")
        if not isinstance(key, str) or not 8 <= len(key) <= 64 or frame.get("kind") not in KINDS:
            await self._refuse(browser, key if isinstance(key, str) else None, "odd")
            return
        if len(str(frame.get("text") or "")) > LONGEST_TEXT:
            await self._refuse(browser, key, "large")
            return
        if browser.is_hasty():
            await self._refuse(browser, key, "fast")
            return
        if browser.session is None:
            self._bind(browser, await self._read(self._ensure(browser.token_hash)))
        assert browser.session is not None
        await self._store(browser.session, key, frame)
        browser.greeted = True
        await browser.send({"type": "stored", "key": key})

    def _ensure(self, token_hash: str) -> Callable[[Session], str]:
        return lambda session: web_sessions.ensure(session, token_hash, self._clock.now())

    async def _refuse(self, browser: Browser, key: str | None, reason: str) -> None:
        await browser.send({"type": "refused", "key": key, "text": refusal(browser.language, reason)})

    async def _read(self, work: Callable[[Session], Any]) -> Any:
        return await self._workers.run(Urgency.TURN, in_session, self._engine, work)


def _key_of(raw: str) -> str | None:
    """The key of a frame that is too large to take."""
    try:
        key = json.loads(raw).get("key")
    except (ValueError, AttributeError):
        return None
    return key if isinstance(key, str) else None
