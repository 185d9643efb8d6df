"""Everything the server knows: chats, files, updates, button queries, and when it last had work."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic, time

from .bell import Bell
from .chats import Chat, Query, Sent
from .errors import Refused, bad
from .faults import Faults
from .stats import Statistics
from .updates import Updates
from .webhook import Webhook
from .wire import Json, Params


@dataclass(slots=True)
class Stored:
    file_id: str
    path: str
    name: str
    data: bytes
    mime: str


@dataclass(slots=True)
class Profile:
    """What the bot says about itself; texts by language code, menu buttons by chat (0: everywhere)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)


class World:
    def __init__(self, token: str, checks: bool = True, username: str = "alumni_test_bot") -> None:
        number = token.partition(":")[0]
        self.checks = checks
        self.bot: Json = {
            "id": int(number) if number.isdecimal() else 4242,
            "is_bot": True,
            "first_name": "Alumni",
            "username": username,
        }
        self.query_lifetime = 30.0
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Stored] = {}
        self.queries: dict[str, Query] = {}
        self.profile = Profile()
        self.stats = Statistics()
        self.faults = Faults()
        self.updates = Updates(self.touch)
        self.bell = Bell()
        self.busy = 0
        self.touched = monotonic()
        self._message_id = 0
        self.webhook: Webhook

    # -- work and rest

    def touch(self) -> None:
        self.touched = monotonic()
        self.bell.ring()

    async def settled(self, quiet: float, seconds: float) -> None:
        deadline = monotonic() + seconds
        while True:
            working = self.busy or self.updates.pending
            wait = deadline - monotonic() if working else self.touched + quiet - monotonic()
            if not working and wait <= 0:
                return
            if monotonic() >= deadline:
                raise AssertionError(self._unrest(seconds))
            await self.bell.wait(min(wait, deadline - monotonic()))

    def _unrest(self, seconds: float) -> str:
        waiting = list(self.updates.pending)
        unconfirmed = f"{len(waiting)} updates unconfirmed {waiting[:5]}"
        return f"not settled in {seconds} s: {unconfirmed}, {self.busy} calls under way"

    # -- chats and messages

    def next_message_id(self) -> int:
        self._message_id += 1
        return self._message_id

    def chat_of(self, params: Params) -> Chat:
        """The chat a call names, if the bot may know of it."""
        number = params.number("chat_id")
        if number is None:
            raise bad("chat not found" if params.text("chat_id") else "chat_id is empty")
        chat = self.chats.get(number)
        if self.checks and (chat is None or not chat.known):
            raise bad("chat not found")
        return chat or self.add_chat(number)

    def chat_to_write(self, params: Params) -> Chat:
        chat = self.chat_of(params)
        if chat.refusal:
            raise Refused(403, chat.refusal)
        return chat

    def add_chat(self, number: int) -> Chat:
        kind = "private" if number > 0 else "group"
        chat = self.chats[number] = Chat({"id": number, "type": kind}, known=True)
        return chat

    def post(self, chat: Chat, sent: Sent) -> Json:
        chat.messages.append(sent)
        chat.by_id[sent.message_id] = sent
        self.stats.accept(chat.id, sent.text)
        chat.changed(sent)
        return self.message(sent)

    def message(self, sent: Sent) -> Json:
        """A message of the bot as the Bot API shows it."""
        body: Json = {
            "message_id": sent.message_id,
            "from": self.bot,
            "chat": self.chats[sent.chat_id].about,
            "date": sent.date,
        }
        prefix = "caption" if sent.is_media else "text"
        if sent.text:
            body[prefix] = sent.text
        if sent.entities:
            body["caption_entities" if sent.is_media else "entities"] = sent.entities
        if sent.markup and "inline_keyboard" in sent.markup:
            body["reply_markup"] = sent.markup
        if sent.edit_date:
            body["edit_date"] = sent.edit_date
        return body if not sent.file_id else {**body, **self.media(sent)}

    def media(self, sent: Sent) -> Json:
        stored = self.files[sent.file_id]
        return {"photo": photo_sizes(stored)} if sent.photo is not None else {"document": document(stored)}

    # -- files and queries

    def store(self, kind: str, name: str, data: bytes, mime: str) -> Stored:
        number = len(self.files) + 1
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        file_id = f"{kind}-{number}"
        stored = Stored(file_id, f"{kind}s/file_{number}.{suffix}", name, data, mime)
        self.files[file_id] = stored
        return stored

    def ask(self, chat: Chat, data: str) -> Query:
        query = Query(str(7_000_000 + len(self.queries)), chat, data)
        self.queries[query.id] = query
        chat.queries.append(query)
        return query

    def forget(self) -> None:
        """Drops messages, updates and counts; people, blocks, settings and faults stay."""
        for chat in self.chats.values():
            chat.forget()
        self.updates.drop()
        self.stats.clear()


def now() -> int:
    return int(time())


def photo_sizes(stored: Stored) -> list[Json]:
    return [{**_file(stored), "width": 640, "height": 480}]


def document(stored: Stored) -> Json:
    return {**_file(stored), "file_name": stored.name, "mime_type": stored.mime}


def _file(stored: Stored) -> Json:
    return {
        "file_id": stored.file_id,
        "file_unique_id": f"u-{stored.file_id}",
        "file_size": len(stored.data),
    }
