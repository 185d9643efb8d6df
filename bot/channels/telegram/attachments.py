"""Pictures and files that go to many: uploaded once, sent by Telegram's name for them (`file_id`) afterwards, by
every process."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardMarkup, InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.channels.telegram.request import call
from bot.conversation.reply import Wire
from bot.conversation.road import log_fault
from bot.conversation.routing import Made
from bot.delivery.doors import Impossible
from db import attachments
from handlers.attachments import KIND, Gone, NotYet

T = TypeVar("T")
METHODS = {"photo": "sendPhoto", "document": "sendDocument"}
UPLOAD_S = 180.0
# Who waited longer for somebody else's upload lines up again: else all of them would go out at the same moment.
LINED_UP_S = 0.1
ATTEMPTS = 3
# Telegram's words for a name it does not know (any more), for one of another kind of file, and for a picture of a
# shape it does not take: such a one goes as a file.
STRANGE = ("wrong file identifier", "wrong remote file identifier", "wrong file_id")
OTHER_KIND = "can't use file of type"
SHAPELESS = ("photo_invalid_dimensions", "image_process_failed", "photo_save_file_invalid", "photo_ext_invalid")


class Names(Protocol):
    """Where Telegram's names are kept, for every process."""

    async def look_up(self, attachment: int) -> str | None: ...

    async def note(self, attachment: int, file_id: str) -> None: ...

    async def forget(self, attachment: int, file_id: str) -> None:
        """Forget a name that Telegram refuses, unless it is all we have of that file."""
        ...


class NoNames:
    """For a door without a database, which uploads once for itself."""

    async def look_up(self, attachment: int) -> str | None:
        return None

    async def note(self, attachment: int, file_id: str) -> None:
        """There is nobody else to know it."""

    async def forget(self, attachment: int, file_id: str) -> None:
        """Nor to have learnt it from."""


class Asking(Protocol):
    """Asks the database, in a transaction of its own."""

    async def __call__(self, work: Callable[[Session], T]) -> T: ...


class KeptNames:
    """In the rows of the attachments."""

    def __init__(self, ask: Asking) -> None:
        self._ask = ask

    async def look_up(self, attachment: int) -> str | None:
        return await self._ask(lambda session: attachments.file_id(session, attachment))

    async def note(self, attachment: int, file_id: str) -> None:
        await self._ask(lambda session: attachments.note_file_id(session, attachment, file_id))

    async def forget(self, attachment: int, file_id: str) -> None:
        await self._ask(lambda session: attachments.forget_file_id(session, attachment, file_id))


@dataclass(frozen=True, slots=True)
class Name:
    """What Telegram calls a file, and as what that can be sent: a photo or a document."""

    file_id: str
    field: str


def is_attachment(wire: Wire) -> bool:
    """Whether a message goes with an attachment, not with something made for its reader."""
    recipe = wire.get("picture") or wire.get("file")
    return recipe is not None and recipe["kind"] == KIND


def paid(wire: Wire) -> Wire:
    """What Telegram is told of a message that may be paid for, so as to go out faster than thirty a second."""
    return {"allow_paid_broadcast": True} if wire.get("paid") else {}


@dataclass(frozen=True, slots=True)
class Out:
    """One message with an attachment."""

    chat: int
    wire: Wire
    markup: Wire | None

    @property
    def recipe(self) -> Wire:
        recipe: Wire = self.wire.get("picture") or self.wire["file"]
        return recipe

    @property
    def attachment(self) -> int:
        return int(self.recipe["params"]["id"])

    @property
    def field(self) -> str:
        return "photo" if "picture" in self.wire else "document"

    @property
    def caption(self) -> Wire:
        words = {"caption": self.wire["text"], "parse_mode": ParseMode.HTML} if self.wire["text"] else {}
        return words | paid(self.wire)


class Attachments:
    """Sends attachments. `make` reads the bytes, `line_up` waits for another permission to send."""

    def __init__(
        self,
        bot: Bot,
        make: Callable[[str, Wire], Awaitable[Made]],
        names: Names,
        line_up: Callable[[], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._make = make
        self._names = names
        self._line_up = line_up
        self._known: dict[int, Name] = {}
        self._alone: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def send(self, out: Out) -> None:
        """Send it: by name where there is one, else by uploading it. Raises what Telegram answers, and Impossible."""
        for _attempt in range(ATTEMPTS):
            name = self._known.get(out.attachment) or await self._learn(out)
            if name is None or await self._by_name(out, name):
                return
        raise Impossible("every name of this file is refused")

    async def _learn(self, out: Out) -> Name | None:
        """Telegram's name for a file we have not sent yet; None where there was none, and it is out by uploading it.
        One upload of a file is under way at a time."""
        began = asyncio.get_running_loop().time()
        async with self._alone[out.attachment]:
            waited = asyncio.get_running_loop().time() - began > LINED_UP_S
            name = self._known.get(out.attachment) or await self._look_up(out)
            if name is None and waited:
                await self._line_up()
            self._known[out.attachment] = name or await self._upload(out)
        if name is not None and waited:
            await self._line_up()
        return name

    async def _look_up(self, out: Out) -> Name | None:
        file_id = await self._names.look_up(out.attachment)
        return Name(file_id, out.field) if file_id else None

    async def _by_name(self, out: Out, name: Name) -> bool:
        """False where Telegram refuses the name, which is then forgotten."""
        file = {name.field: name.file_id}
        try:
            await call(self._bot, METHODS[name.field], chat_id=out.chat, reply_markup=out.markup, **file, **out.caption)
        except BadRequest as error:
            words = error.message.lower()
            if OTHER_KIND not in words and not any(strange in words for strange in STRANGE):
                raise
            await self._drop(out.attachment, name, error)
            return False
        return True

    async def _drop(self, attachment: int, name: Name, error: BadRequest) -> None:
        """Forget a refused name, so that the file is uploaded anew. A picture that came as a document and whose bytes
        we do not have goes on as a document."""
        async with self._alone[attachment]:
            if self._known.get(attachment) != name:
                return  # somebody else noticed
            del self._known[attachment]
            await self._names.forget(attachment, name.file_id)
            if await self._names.look_up(attachment) != name.file_id:
                return
            if OTHER_KIND not in error.message.lower():
                raise Impossible(error.message) from error
            other = next(field for field in METHODS if field != name.field)
            self._known[attachment] = Name(name.file_id, other)

    async def _upload(self, out: Out) -> Name:
        try:
            made = await self._make(str(out.chat), out.recipe)
        except (NotYet, Gone) as error:
            raise Impossible("the file is not there") from error
        name = _named(await self._post_in_shape(out, made))
        try:
            await self._names.note(out.attachment, name.file_id)
        except Exception as error:  # the message is out: what others do not know, they upload themselves
            log_fault(error)
        return name

    async def _post_in_shape(self, out: Out, made: Made) -> Message:
        try:
            return await self._post(out, made, out.field)
        except BadRequest as error:
            if out.field != "photo" or not any(words in error.message.lower() for words in SHAPELESS):
                raise
        return await self._post(out, made, "document")

    async def _post(self, out: Out, made: Made, field: str) -> Message:
        file = InputFile(BytesIO(made.content), filename=made.name)
        markup = InlineKeyboardMarkup.de_json(out.markup, None) if out.markup else None
        given: dict[str, Any] = {"reply_markup": markup, "read_timeout": UPLOAD_S, **out.caption}
        if field == "photo":
            return await self._bot.send_photo(out.chat, file, **given)
        # Else Telegram may make a film or a song of it, whose name is of yet another kind.
        return await self._bot.send_document(out.chat, file, disable_content_type_detection=True, **given)


def _named(message: Message) -> Name:
    if message.photo:
        return Name(message.photo[-1].file_id, "photo")
    assert message.document is not None
    return Name(message.document.file_id, "document")
