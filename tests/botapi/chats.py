"""What a chat holds: the bot's messages, what people said, toasts, actions and button queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from .bell import Bell
from .keyboards import inline_pairs, key_rows
from .wire import Json


@dataclass(slots=True)
class Sent:
    """A message of the bot. `text` is what people read (or the caption), `html` what the bot sent."""

    message_id: int
    chat_id: int
    text: str
    html: str
    date: int
    parse_mode: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    document: tuple[str, bytes] | None = None
    photo: bytes | None = None
    file_id: str = ""
    reply_to: int | None = None
    edited: int = 0
    edit_date: int = 0
    deleted: bool = False
    sent_at: float = field(default_factory=monotonic)
    change: int = 0
    paid: bool = False

    @property
    def buttons(self) -> list[list[tuple[str, str]]]:
        return inline_pairs(self.markup)

    @property
    def keyboard(self) -> list[list[str]] | None:
        return key_rows(self.markup)

    @property
    def is_media(self) -> bool:
        return self.document is not None or self.photo is not None


@dataclass(slots=True)
class Query:
    """A tap on an inline button, and the bot's answer to it."""

    id: str
    chat: Chat
    data: str
    at: float = field(default_factory=monotonic)
    answered: bool = False
    text: str = ""
    alert: bool = False


Wanted = str | Callable[[Sent], object]


class Chat:
    """One chat. `known` says whether the bot may write there, `refusal` why it may not any more."""

    def __init__(self, about: Json, known: bool = False) -> None:
        self.about = about
        self.id: int = about["id"]
        self.known = known
        self.refusal: str | None = None
        self.messages: list[Sent] = []
        self.by_id: dict[int, Sent] = {}
        self.incoming: dict[int, Json] = {}
        self.said: dict[int, Json] = {}
        self.toasts: list[str] = []
        self.actions: list[str] = []
        self.queries: list[Query] = []
        self.bell = Bell()
        self.changes = 0
        self.mark = 0

    @property
    def is_group(self) -> bool:
        return bool(self.about["type"] != "private")

    @property
    def shown(self) -> list[Sent]:
        return [message for message in self.messages if not message.deleted]

    @property
    def last(self) -> Sent:
        for message in reversed(self.messages):
            if not message.deleted:
                return message
        raise AssertionError(f"the bot has no message in chat {self.id}")

    @property
    def keyboard(self) -> list[list[str]] | None:
        """The reply keyboard people see now: the newest one sent and not taken away since."""
        for message in reversed(self.messages):
            if message.markup and "remove_keyboard" in message.markup:
                return None
            if message.keyboard is not None:
                return message.keyboard
        return None

    def changed(self, message: Sent | None = None) -> None:
        self.changes += 1
        if message:
            message.change = self.changes
        self.bell.ring()

    def find(self, wanted: Wanted, since: int | None = None) -> Sent | None:
        start = self.mark if since is None else since
        for message in reversed(self.messages):
            if message.change > start and not message.deleted and matches(message, wanted):
                return message
        return None

    async def hears(
        self,
        wanted: Wanted,
        timeout: float = 5,  # noqa: ASYNC109
        since: int | None = None,
    ) -> Sent:
        """The newest message, sent or edited since the last act of a person here, that matches.

        `since` takes an earlier value of `chat.changes` instead; 0 looks at everything."""
        start = self.mark if since is None else since
        await self.bell.until(lambda: self.find(wanted, start), timeout)
        found = self.find(wanted, start)
        if found is None:
            raise AssertionError(f"chat {self.id} did not hear {wanted!r}; {self.describe(start)}")
        return found

    async def until(self, holds: Callable[[], object], timeout: float = 5) -> None:  # noqa: ASYNC109
        """Waits for anything about this chat: a toast, an action, a deletion, a removed keyboard."""
        if not await self.bell.until(holds, timeout):
            raise AssertionError(f"chat {self.id} waited {timeout} s in vain; {self.describe(self.mark)}")

    def describe(self, since: int = 0, newest: int = 8) -> str:
        lines = [_line(message, since) for message in self.messages[-newest:]]
        return "the bot's newest messages:\n" + ("\n".join(lines) or "  (none)")

    def forget(self) -> None:
        for held in (self.messages, self.by_id, self.incoming, self.said):
            held.clear()
        for told in (self.toasts, self.actions, self.queries):
            told.clear()


def matches(message: Sent, wanted: Wanted) -> bool:
    if callable(wanted):
        return bool(wanted(message))
    return wanted in message.text or wanted in message.html


def _line(message: Sent, since: int) -> str:
    state = "deleted" if message.deleted else "new" if message.change > since else "old"
    return f"  #{message.message_id} {state}: {message.text!r} {message.buttons or ''}"
