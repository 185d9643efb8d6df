"""People on the stage: each talks through a real door, over HTTP, and reads what a person would see."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import aiohttp
from sqlalchemy.orm import Session

from db import web_sessions
from tests.botapi.incoming import PIXEL

if TYPE_CHECKING:
    from tests.stage import Stage

WAIT_S = 60.0


class Shown:
    """One message as somebody sees it."""

    def __init__(self, ident: int, text: str, buttons: list[list[tuple[str, str]]], raw: Any) -> None:
        self.ident = ident
        self.text = text
        self.buttons = buttons
        self.raw = raw

    def labels(self) -> list[str]:
        return [label for row in self.buttons for label, _data in row]


class Actor:
    """Somebody with a phone. What they say and tap is waited for until all of it has had its effect."""

    def __init__(self, stage: Stage, name: str, number: int, language: str) -> None:
        self.stage = stage
        self.name = name
        self.number = number
        self.language = language
        # A dialogue about changing the language says so.
        self.reads_one_language = True

    async def says(self, text: str) -> None:
        raise NotImplementedError

    async def sends(self, what: str, **details: Any) -> None:
        raise NotImplementedError

    async def sends_picture(self, data: bytes = PIXEL, caption: str = "") -> None:
        """Send a picture by the paper-clip of the door; the web has no captions."""
        raise NotImplementedError

    async def sends_file(self, name: str, data: bytes, caption: str = "") -> None:
        """The same with a file of any kind."""
        raise NotImplementedError

    async def presses(self, data: str, message: int | None) -> None:
        """Send a button's data, whether or not any message shows it."""
        raise NotImplementedError

    def messages(self) -> list[Shown]:
        raise NotImplementedError

    async def leave(self) -> None:
        raise NotImplementedError

    async def reconnect(self) -> None:
        """The program was restarted."""

    async def catch_up(self) -> None:
        """See what came unasked."""

    @property
    def screen(self) -> Shown:
        """The last message."""
        messages = self.messages()
        assert messages, f"{self.name} sees nothing"
        return messages[-1]

    async def taps(self, label: str, **values: object) -> None:
        """Tap the newest button of this label (in English; looked up in the person's language)."""
        from tests.stage import expected  # the stage knows the actors

        pattern = expected(self.language, label, values)
        for message in reversed(self.messages()):
            for row in message.buttons:
                for text, data in row:
                    if pattern.fullmatch(text.removeprefix("✓ ")):
                        assert not data.startswith("http"), f"{text} is a link"
                        await self.presses(data, message.ident)
                        return
        raise AssertionError(f"{self.name} sees no button {pattern.pattern!r}; there are {self._all_labels()}")

    def reads(self, sentence: str, **values: object) -> Shown:
        """Find a sentence (in English; looked up in the person's language) in the newest message that has it,
        among the last few."""
        from tests.stage import expected

        pattern = expected(self.language, sentence, values)
        recent = self.messages()[-4:]
        for message in reversed(recent):
            if pattern.search(message.text):
                return message
        raise AssertionError(f"{self.name} does not read {pattern.pattern!r} but {[each.text for each in recent]}")

    def reads_not(self, sentence: str) -> None:
        """The sentence stands in none of the messages so far."""
        from tests.stage import expected

        pattern = expected(self.language, sentence, {})
        assert not any(pattern.search(message.text) for message in self.messages()), sentence

    def sees_button(self, label: str, **values: object) -> bool:
        from tests.stage import expected

        pattern = expected(self.language, label, values)
        return any(pattern.fullmatch(text.removeprefix("✓ ")) for text in self.screen.labels())

    def link(self, part: str) -> str:
        """The address of the newest link button that contains `part`, or of a link in a text."""
        for message in reversed(self.messages()):
            for row in message.buttons:
                for _text, data in row:
                    if part in data and data.startswith("http"):
                        return data
            for word in message.text.split():
                if part in word and word.startswith("http"):
                    return word
        raise AssertionError(f"{self.name} sees no link with {part!r}")

    def _all_labels(self) -> list[str]:
        return [label for message in self.messages()[-5:] for label in message.labels()]


class TelegramActor(Actor):
    """Somebody on Telegram."""

    def __init__(self, stage: Stage, name: str, number: int, language: str) -> None:
        super().__init__(stage, name, number, language)
        tag = {"zh_Hans": "zh-hans"}.get(language, language)
        self.phone = stage.telegram.person(number, first_name=name, language_code=tag)

    async def says(self, text: str) -> None:
        self.phone.says(text)
        await self._settle()

    async def presses(self, data: str, message: int | None) -> None:
        if message is None and not self.phone.chat.shown:
            await self.says("/menu")  # Telegram has buttons only under messages
        target = self.phone.chat.by_id[message] if message is not None else None
        self.phone.forges_tap(data, target)
        await self._settle()

    async def replies(self, text: str, shown: Shown | None = None) -> None:
        """Reply to a message of the bot: that one, or the newest."""
        self.phone.replies(text, (shown or self.screen).raw)
        await self._settle()

    async def sends(self, what: str, **details: Any) -> None:
        acts = {
            "location": lambda: self.phone.shares_location(details["lat"], details["lon"]),
            "contact": lambda: self.phone.shares_contact("+49 371 1", **details),
            "photo": self.phone.sends_photo,
            "sticker": self.phone.sends_sticker,
            "forward": lambda: self.phone.forwards(details["text"]),
        }
        acts[what]()
        await self._settle()

    async def sends_picture(self, data: bytes = PIXEL, caption: str = "") -> None:
        self.phone.sends_photo(caption or None, data)
        await self._settle()

    async def sends_file(self, name: str, data: bytes, caption: str = "") -> None:
        self.phone.sends_document(name, data, caption or None)
        await self._settle()

    def messages(self) -> list[Shown]:
        shown = []
        for sent in self.phone.chat.shown:
            rows = [[(str(label), str(data)) for label, data in row] for row in sent.buttons]
            shown.append(Shown(sent.message_id, sent.text, rows, sent))
        toasts = [Shown(0, toast, [], None) for toast in self.phone.chat.toasts[-1:]]
        return toasts + shown

    async def leave(self) -> None:
        """Nothing to close."""

    async def _settle(self) -> None:
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while self.stage.telegram.world.updates.pending:
            assert asyncio.get_running_loop().time() < deadline, "the bot does not take the update"
            await asyncio.sleep(0.002)
        await self.stage.settle()


class WebActor(Actor):
    """Somebody in a browser: the page's protocol over a real socket."""

    def __init__(self, stage: Stage, name: str, number: int, language: str) -> None:
        super().__init__(stage, name, number, language)
        self.entries: dict[int, dict[str, Any]] = {}
        self.frames: list[dict[str, Any]] = []
        self.cookies = aiohttp.CookieJar(unsafe=True)
        self.seen = 0
        self.member: int | None = None
        self.resets = self.followed = 0
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return self.stage.app.web_address()

    async def opens(self) -> None:
        """Open the page and its socket."""
        self.member = None
        if self._http is None:
            self._http = aiohttp.ClientSession(cookie_jar=self.cookies, headers={"Accept-Language": self.language[:2]})
        async with self._http.get(self.url) as page:
            assert page.status == 200
        self._socket = await self._http.ws_connect(f"{self.url}/chat", origin=self.url)
        self._reading = asyncio.get_running_loop().create_task(self._read(self._socket))
        await self._socket.send_json({"type": "hello", "seen": self.seen})

    async def says(self, text: str) -> None:
        if text == "/start" and not self.entries:
            await self._send(kind="start", language="", payload="")
        elif text.startswith("/start ") and not self.entries:
            await self._send(kind="start", language="", payload=text.split()[1])
        else:
            await self._send(kind="text", text=text)

    async def presses(self, data: str, message: int | None) -> None:
        await self._send(kind="tap", data=data, message=message)

    async def sends(self, what: str, **details: Any) -> None:
        if what == "location":
            await self._send(kind="location", lat=details["lat"], lon=details["lon"])
        elif what == "forward":
            await self.says(details["text"])
        else:
            # The page has no pictures and contacts; what a broken client might send instead is words.
            await self._send(kind="text", text="🖼")

    async def sends_picture(self, data: bytes = PIXEL, caption: str = "") -> None:
        await self.sends_file("picture.png", data)

    async def sends_file(self, name: str, data: bytes, caption: str = "") -> None:
        status, answer = await self.uploads(name, data)
        assert status == 200, answer
        await self._send(kind="file", **answer)

    async def uploads(
        self, name: str, data: bytes | AsyncIterator[bytes], **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Only the first half of sending a file: the bytes."""
        if self._socket is None:
            await self.opens()
        assert self._http is not None
        body = io.BytesIO(data) if isinstance(data, bytes) else data
        given = {"Origin": self.url, "Content-Type": "application/octet-stream", **headers}
        async with self._http.post(f"{self.url}/uploads", params={"name": name}, data=body, headers=given) as answer:
            text = await answer.text()
            return answer.status, json.loads(text)

    async def downloads(self, url: str) -> tuple[int, bytes]:
        """A file or picture of a bubble."""
        assert self._http is not None
        async with self._http.get(f"{self.url}{url}") as answer:
            return answer.status, await answer.read()

    def messages(self) -> list[Shown]:
        shown = []
        for ident, frame in sorted(self.entries.items()):
            if frame["who"] == "bot":
                rows = [[(each["label"], each.get("data") or each["url"]) for each in row] for row in frame["buttons"]]
                shown.append(Shown(ident, "".join(run["text"] for run in frame["runs"]), rows, frame))
        return shown

    async def leave(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        if self._socket is not None:
            await self._socket.close()
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def reconnect(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            await self.opens()

    async def reloads(self) -> None:
        """Load the page anew, as after a form on another page."""
        self.entries.clear()
        self.seen = 0
        if self._socket is not None:
            await self._socket.close()
        await self.opens()
        await self.catch_up()

    async def catch_up(self) -> None:
        """Wait until the page shows all there is; somebody signed in opens it."""
        if self._socket is None:
            if not len(self.cookies):
                return
            await self.opens()
        deadline = asyncio.get_running_loop().time() + WAIT_S
        await self._follow(deadline)
        while True:
            head = await self.stage.app.sockets.head_of(self.token_hash)
            if head is None or self.seen >= head:
                return
            self.stage.app.sockets.nudge(None, 0)
            assert asyncio.get_running_loop().time() < deadline, f"seen {self.seen} of {head}"
            await asyncio.sleep(0.002)

    async def _follow(self, deadline: float) -> None:
        """A page whose door leads to another member by now is told to begin anew: wait for that."""
        behind = self.stage.looks_up(self._member_behind)
        moved = self.member is not None and behind is not None and behind != self.member
        self.member = behind
        while moved and self.resets == self.followed:
            self.stage.app.sockets.nudge(None, 0)
            assert asyncio.get_running_loop().time() < deadline, "not told to begin anew"
            await asyncio.sleep(0.002)
        self.followed = self.resets

    def _member_behind(self, session: Session) -> int | None:
        found = web_sessions.find(session, self.token_hash, self.stage.clock.now())
        return web_sessions.member_of(session, found.id) if found else None

    @property
    def token_hash(self) -> str:
        from bot.channels.web.security import COOKIE, hash_token

        token = next(cookie.value for cookie in self.cookies if cookie.key == COOKIE)
        return hash_token(token)

    async def _send(self, **frame: Any) -> None:
        if self._socket is None:
            await self.opens()
        assert self._socket is not None
        key = secrets.token_hex(8)
        await self._socket.send_json({"type": "send", "key": key, **frame})
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while not any(each.get("key") == key and each["type"] in ("stored", "refused") for each in self.frames):
            assert asyncio.get_running_loop().time() < deadline, "not taken"
            await asyncio.sleep(0.002)
        await self.stage.settle()
        await self.catch_up()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            frame = json.loads(message.data)
            self.frames.append(frame)
            if frame["type"] == "entry":
                self.entries[frame["id"]] = frame
                self.seen = max(self.seen, frame["seq"])
            elif frame["type"] == "reset":
                self.entries.clear()
                self.seen = 0
                self.resets += 1
                await socket.send_json({"type": "hello", "seen": 0})
