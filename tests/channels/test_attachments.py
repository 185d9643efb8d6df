"""Pictures and files come in at both doors, answer a question, and go out again: uploaded once, sent by name."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from markupsafe import Markup
from sqlalchemy import select
from telegram import Bot

from bot.channels.telegram.parsing import parse
from bot.channels.telegram.showing import Showing
from bot.conversation.files import check_file, handed_in
from bot.conversation.forms import begin
from bot.conversation.incoming import File, FileKind, Incoming, Kind
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Ask, Reply, Wire
from bot.conversation.routing import Gate, Made
from bot.conversation.turn import Turn
from bot.delivery.doors import Impossible, Later
from bot.delivery.pacing import Pace
from bot.domain.retention import Keep
from db import attachments, retention
from db.models.announcements import Announcement, AnnouncementState, Attachment
from handlers import attachments as handed_on
from handlers.attachments import attached
from tests.actors import Actor, TelegramActor, WebActor
from tests.botapi import BotApi
from tests.botapi.incoming import PIXEL
from tests.channels.telegram_door import opened
from tests.people import find, member
from tests.stage import START, Stage

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.7 the programme"
AGAIN = "Please send a picture or a file, or use the buttons below."

# -- a form that asks for a file


def bare(_asking: Asking) -> list[Choice]:
    return [Choice("none", "Bare")]


def check(asking: Asking, value: Any) -> str:
    return "none" if value == "none" else check_file(asking, value)


def showing_it(turn: Turn, answers: Answers) -> Reply:
    row = handed_in(Asking(turn, answers), answers["what"])
    reply = Reply(Markup("Here it is"))
    return attached(reply, row, alt="A cat") if row is not None else reply


WHAT = Question(
    "what",
    lambda: Markup("What"),
    lambda _asking: Markup("Which file?"),
    check,
    choices=bare,
    ask=Ask.FILE,
    typed=False,
)
FORM = Form("hang", lambda: Markup("Wall"), (WHAT,), showing_it, summary=lambda _asking: Markup("The wall"))


def serve(stage: Stage) -> None:
    stage.app.router.form(FORM, gate=Gate.ANYONE)
    stage.app.router.command("hang", lambda turn: begin(turn, FORM), gate=Gate.ANYONE)
    handed_on.register(stage.app.router)


async def asked(stage: Stage, name: str = "Anna Weber") -> Actor:
    serve(stage)
    actor = member(stage, name)
    await actor.says("/hang")
    actor.reads("Which file?")
    return actor


def rows(stage: Stage) -> list[Attachment]:
    return stage.looks_up(lambda session: list(session.scalars(select(Attachment).order_by(Attachment.id))))


def bytes_of(stage: Stage, attachment: int) -> bytes | None:
    return stage.looks_up(lambda session: attachments.content(session, attachment))


# -- in


@pytest.mark.everywhere
@pytest.mark.language("en")
async def test_a_picture_is_handed_in_summed_up_and_shown(stage: Stage) -> None:
    anna = await asked(stage)
    assert anna.screen.labels() == ["Bare", "Cancel"]
    assert isinstance(anna, WebActor) or anna.screen.raw.keyboard is None
    await anna.sends_picture()
    anna.reads("What: pi" if isinstance(anna, WebActor) else "What: photo.jpg")
    await anna.taps("Everything is right")
    shown = anna.reads("Here it is")
    row = rows(stage)[0]
    assert row.given_by == find(stage, "Anna Weber").id
    if isinstance(anna, TelegramActor):
        assert shown.raw.photo == PIXEL
        assert (row.media_type, row.size) == ("image/jpeg", len(PIXEL))
        assert bytes_of(stage, row.id) is None
    elif isinstance(anna, WebActor):
        assert shown.raw["picture"]["alt"] == "A cat"
        assert await anna.downloads(shown.raw["picture"]["url"]) == (200, PIXEL)
        assert (row.name, row.media_type, row.size) == ("picture.png", "image/png", len(PIXEL))


@pytest.mark.language("en")
async def test_a_file_keeps_its_name(stage: Stage) -> None:
    anna = await asked(stage)
    await anna.sends_file("校友会 Programm.pdf", PDF)
    anna.reads("校友会 Programm.pdf")
    await anna.taps("Everything is right")
    shown = anna.reads("Here it is")
    if isinstance(anna, TelegramActor):
        assert shown.raw.document == ("校友会 Programm.pdf", PDF)
    elif isinstance(anna, WebActor):
        assert shown.raw["file"]["name"] == "校友会 Programm.pdf"
        assert await anna.downloads(shown.raw["file"]["url"]) == (200, PDF)


@pytest.mark.language("en")
async def test_words_and_stickers_are_no_file_and_the_draft_stays(stage: Stage) -> None:
    anna = await asked(stage)
    for what in ("words", "sticker"):
        await (anna.says("a cat") if what == "words" else anna.sends("sticker"))
        anna.reads(AGAIN)
        anna.reads("Which file?")
    await anna.says("bare")
    anna.reads("The wall")
    assert rows(stage) == []


@pytest.mark.language("en")
async def test_no_question_for_a_file_is_answered_by_one(stage: Stage) -> None:
    anna = member(stage, door="telegram")
    await anna.says("/settings")
    await anna.sends_picture()
    assert rows(stage) == []


@pytest.mark.door("telegram")
@pytest.mark.language("en")
@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("scan.png", 10 * MEGABYTE + 1, "This picture has 10.1 MB, and at most 10 MB can be passed on."),
        ("film.zip", 20 * MEGABYTE + 1, "This file has 20.1 MB, and at most 20 MB can be passed on."),
    ],
)
async def test_what_is_too_large_is_said_with_its_size(stage: Stage, name: str, size: int, said: str) -> None:
    anna = await asked(stage)
    await anna.sends_file(name, bytes(size))
    anna.reads(said)
    anna.reads("Which file?")
    assert rows(stage) == []
    await anna.sends_file("scan.png", bytes(MEGABYTE))
    anna.reads("The wall")


async def test_nobody_answers_with_the_file_of_another(stage: Stage) -> None:
    anna = await asked(stage)
    await anna.sends_file("a.pdf", PDF)
    theirs = rows(stage)[0].id
    bernd = await asked(stage, "Bernd Sommer")
    await bernd.presses(f"q:hang:what:{theirs}:1", bernd.screen.ident)
    assert not any("The wall" in message.text for message in bernd.messages())
    if isinstance(bernd, WebActor):
        await bernd._send(kind="file", attachment=theirs)
        assert not any("The wall" in message.text for message in bernd.messages())
        assert not any(frame.get("file") for frame in bernd.frames)


# -- reading updates


def read(**content: Any) -> Incoming:
    sender = {"id": 7, "is_bot": False, "first_name": "Ada"}
    return parse(json.dumps({"update_id": 1, "message": {"message_id": 3, "from": sender, **content}}))


def test_of_a_picture_the_largest_size_is_taken() -> None:
    sizes = [{"file_id": f"p{width}", "width": width, "file_size": width * 10} for width in (90, 1280, 320)]
    incoming = read(photo=sizes, caption="Our *evening*")
    assert incoming.file == File(FileKind.PICTURE, "photo.jpg", "image/jpeg", 12800, telegram_id="p1280")
    assert (incoming.kind, incoming.text, incoming.marked) == (Kind.FILE, "Our *evening*", None)


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [("image/png", "picture"), ("image/jpeg", "picture"), ("image/webp", "file"), ("text/html", "file")],
)
def test_a_picture_sent_as_a_document_is_a_picture(media_type: str, kind: str) -> None:
    incoming = read(document={"file_id": "d1", "file_name": "../a\x00b.png", "mime_type": media_type})
    assert incoming.file == File(FileKind(kind), "ab.png", media_type, 0, telegram_id="d1")


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s"}},
        {"voice": {"file_id": "v"}},
        {"video": {"file_id": "v"}},
        {"animation": {"file_id": "a"}, "document": {"file_id": "a"}},
        {"document": {"file_id": "d" * 300}},
        {"photo": [{"file_id": "p"}], "forward_origin": {"type": "user"}},
    ],
)
def test_what_cannot_be_passed_on_is_no_file(content: dict[str, Any]) -> None:
    incoming = read(**content)
    assert (incoming.kind, incoming.file) == (Kind.FILE, None)


def test_formatting_arrives_as_marks_at_words_and_captions() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 5}]
    assert read(text="Hello you", entities=bold).marked == "*Hello* you"
    assert read(photo=[{"file_id": "p"}], caption="Hello you", caption_entities=bold).marked == "*Hello* you"
    assert read(text="Hello you").marked is None


def test_marks_cannot_smuggle_a_code() -> None:
    text = "\ue000code.0123456789abcdef\ue001"
    incoming = read(text=text, entities=[{"type": "bold", "offset": 0, "length": 4}])
    assert incoming.marked is not None
    assert "\ue000" not in incoming.marked


# -- uploading on the web


@pytest.fixture
async def anna(stage: Stage) -> WebActor:
    actor = await asked(stage)
    assert isinstance(actor, WebActor)
    return actor


@pytest.mark.door("web")
class TestUploading:
    async def test_a_type_is_what_the_first_bytes_say(self, stage: Stage, anna: WebActor) -> None:
        await anna.uploads("harmless.png", b"<script>alert(1)</script>")
        await anna.uploads("a.txt", b"RIFF\x00\x00\x00\x00WEBPVP8 ")
        assert [row.media_type for row in rows(stage)] == ["application/octet-stream", "image/webp"]

    async def test_only_from_our_own_page(self, stage: Stage, anna: WebActor) -> None:
        status, answer = await anna.uploads("a.pdf", PDF, Origin="https://elsewhere.example")
        assert (status, answer) == (403, {"reason": "refused"})
        assert rows(stage) == []

    async def test_only_while_a_file_is_asked_for(self, stage: Stage, anna: WebActor) -> None:
        await anna.says("/menu")
        assert await anna.uploads("a.pdf", PDF) == (409, {"reason": "unasked"})
        assert rows(stage) == []

    async def test_a_browser_nobody_knows_is_refused(self, stage: Stage, anna: WebActor) -> None:
        anna.cookies.clear()
        assert await anna.uploads("a.pdf", PDF) == (403, {"reason": "refused"})

    async def test_an_empty_file_is_refused(self, stage: Stage, anna: WebActor) -> None:
        assert await anna.uploads("a.pdf", b"") == (400, {"reason": "empty"})

    @pytest.mark.parametrize("content", [bytes(20 * MEGABYTE + 1), PIXEL + bytes(10 * MEGABYTE)])
    async def test_more_than_the_limit_is_not_kept(self, stage: Stage, anna: WebActor, content: bytes) -> None:
        assert await anna.uploads("large", content) == (413, {"reason": "large"})
        assert rows(stage) == []

    async def test_a_length_that_is_not_told_is_counted(self, stage: Stage, anna: WebActor) -> None:
        async def piecemeal() -> AsyncIterator[bytes]:
            for _each in range(21):
                yield bytes(MEGABYTE)

        assert await anna.uploads("large", piecemeal()) == (413, {"reason": "large"})
        assert rows(stage) == []

    async def test_frames_with_anything_but_an_id_are_set_aside(self, stage: Stage, anna: WebActor) -> None:
        for odd in ("1", -1, 2**40, None, True):
            await anna._send(kind="file", attachment=odd)
        await anna.sends_file("a.pdf", PDF)
        anna.reads("The wall")


# -- from Telegram to the web


@pytest.mark.language("en")
@pytest.mark.door("telegram")
async def test_what_came_through_telegram_is_fetched_for_the_web(stage: Stage) -> None:
    anna = await asked(stage)
    await anna.sends_picture()
    clara = await reads_on_the_web(stage, rows(stage)[0].id)
    url = clara.reads("For you").raw["picture"]["url"]
    assert (await clara.downloads(url))[0] == 503
    assert stage.app.telegram is not None
    await stage.app.telegram.fetch_waiting()
    assert await clara.downloads(url) == (200, PIXEL)


async def reads_on_the_web(stage: Stage, attachment: int) -> WebActor:
    shows(stage, attachment)
    clara = member(stage, "Clara Vogel", door="web")
    assert isinstance(clara, WebActor)
    await clara.says("/see")
    return clara


@pytest.mark.door("telegram")
async def test_a_file_that_cannot_be_fetched_is_tried_again_with_growing_pauses_for_a_day(stage: Stage) -> None:
    anna = await asked(stage)
    await anna.sends_picture()
    held = stage.telegram.world.files.pop("photo-1")
    tries = await fetches_every_minute(stage, minutes=60)
    assert 5 <= tries <= 12
    stage.telegram.world.files["photo-1"] = held
    await fetches_every_minute(stage, minutes=90)
    assert bytes_of(stage, rows(stage)[0].id) == PIXEL


@pytest.mark.door("telegram")
async def test_after_a_day_it_is_given_up(stage: Stage) -> None:
    anna = await asked(stage)
    await anna.sends_picture()
    stage.clock.move(timedelta(days=1, minutes=1))
    assert await fetches_every_minute(stage, minutes=2) == 0
    assert bytes_of(stage, rows(stage)[0].id) is None


async def fetches_every_minute(stage: Stage, minutes: int) -> int:
    """How often Telegram was asked."""
    before = stage.telegram.stats.calls["getFile"]
    assert stage.app.telegram is not None
    for _minute in range(minutes):
        await stage.app.telegram.fetch_waiting()
        stage.clock.move(timedelta(minutes=1))
    return stage.telegram.stats.calls["getFile"] - before


# -- out


class Kept:
    """Names in memory, for a door by itself; they can be seen, and another process may have noted one."""

    def __init__(self, **names: str) -> None:
        self.names = {int(key.removeprefix("n")): name for key, name in names.items()}
        self.asked = 0
        self.only: set[int] = set()  # of which there are no bytes

    async def look_up(self, attachment: int) -> str | None:
        self.asked += 1
        return self.names.get(attachment)

    async def note(self, attachment: int, file_id: str) -> None:
        self.names[attachment] = file_id

    async def forget(self, attachment: int, file_id: str) -> None:
        if attachment not in self.only and self.names.get(attachment) == file_id:
            del self.names[attachment]


async def made(_sender: str, recipe: Wire) -> Made:
    return Made(recipe["name"], b"content", "image/png")


def showing(bot: Bot, names: Kept | None = None) -> Showing:
    return Showing(bot, Pace(1000), made, names or Kept())


def picture(text: str = "Hello.") -> Wire:
    return {"text": text, "picture": {"kind": "attachment", "name": "cat.png", "params": {"id": 1, "alt": ""}}}


async def test_a_picture_is_uploaded_once_and_goes_on_by_its_name() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        people = [telegram.person(number, known=True) for number in range(1000, 1030)]
        names = Kept()
        door = showing(bot, names=names)
        await asyncio.gather(*(door.show(str(each.id), "", [picture()], 1) for each in people))
        assert [each.chat.last.photo for each in people] == [b"content"] * 30
        assert len(telegram.world.files) == 1
        assert telegram.stats.calls["sendPhoto"] == 30
        assert names.names == {1: "photo-1"}
        assert names.asked == 1


async def test_another_process_uploads_nothing() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        ada = telegram.person(1000, known=True)
        names = Kept()
        await showing(bot, names=names).show("1000", "", [picture()], 1)
        await showing(bot, names=names).show("1000", "", [picture("")], 1)
        assert len(telegram.world.files) == 1
        assert [sent.text for sent in ada.chat.shown] == ["Hello.", ""]


@pytest.mark.parametrize(
    "words", ["wrong file identifier/HTTP URL specified", "wrong remote file identifier specified"]
)
async def test_a_name_telegram_refuses_is_forgotten_and_the_file_uploaded_anew(words: str) -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        people = [telegram.person(number, known=True) for number in range(1000, 1005)]
        names = Kept(n1="photo-of-another-bot")
        door = showing(bot, names=names)
        await asyncio.gather(*(door.show(str(each.id), "", [picture()], 1) for each in people))
        assert [each.chat.last.photo for each in people] == [b"content"] * 5
        assert len(telegram.world.files) == 1
        assert names.names == {1: "photo-1"}


async def test_a_refused_name_without_bytes_is_impossible() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        telegram.person(1000, known=True)
        names = Kept(n1="photo-of-another-bot")
        names.only.add(1)
        with pytest.raises(Impossible):
            await showing(bot, names=names).show("1000", "", [picture()], 1)


async def test_a_picture_that_came_as_a_document_goes_as_one_until_its_bytes_are_there() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        ada = telegram.person(1000, known=True)
        held = telegram.world.store("document", "scan.png", PIXEL, "image/png").file_id
        names = Kept(n1=held)
        names.only.add(1)
        door = showing(bot, names=names)
        for _time in range(2):
            await door.show("1000", "", [picture()], 1)
        assert ada.chat.last.document == ("scan.png", PIXEL)
        assert telegram.stats.calls["sendPhoto"] == 1
        names.only.clear()
        await showing(bot, names=names).show("1000", "", [picture()], 1)
        assert ada.chat.last.photo == b"content"
        assert names.names == {1: "photo-2"}


async def test_an_upload_that_is_put_off_leaves_nothing_behind() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        ada = telegram.person(1000, known=True)
        names = Kept()
        door = showing(bot, names=names)
        telegram.faults.too_many(3, count=1)
        with pytest.raises(Later):
            await door.show("1000", "", [picture()], 1)
        assert names.names == {}
        await asyncio.sleep(3.1)
        await door.show("1000", "", [picture()], 1)
        assert ada.chat.last.photo == b"content"


async def test_a_large_file_is_uploaded_without_a_warning() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        ada = telegram.person(1000, known=True)
        await bot.send_document(1000, bytes(3 * MEGABYTE), filename="large.zip")
        assert ada.chat.last.document == ("large.zip", bytes(3 * MEGABYTE))


async def test_file_names_arrive_readable() -> None:
    async with BotApi() as telegram, opened(telegram) as bot:
        ada = telegram.person(1000, known=True)
        name = 'Gäste "heute" 客人.csv'
        recipe = {"kind": "list", "name": name, "params": {}}
        await showing(bot).show("1000", "", [{"text": "Here.", "file": recipe}], 1)
        assert ada.chat.last.document == (name, b"content")


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_a_picture_goes_out_without_words(stage: Stage, door: str) -> None:
    anna = member(stage, "Anna Weber", door=door)
    shows(stage, handed_in_by(stage, "Anna Weber"), text="")
    await anna.says("/see")
    assert anna.screen.text == ""
    if isinstance(anna, TelegramActor):
        assert anna.screen.raw.photo == PIXEL
    elif isinstance(anna, WebActor):
        assert await anna.downloads(anna.screen.raw["picture"]["url"]) == (200, PIXEL)


def handed_in_by(stage: Stage, name: str) -> int:
    giver = find(stage, name).id
    given: dict[str, Any] = {"name": "cat.png", "media_type": "image/png", "size": len(PIXEL), "content": PIXEL}
    return stage.looks_up(lambda session: attachments.keep(session, giver, now=START, **given).id)


@pytest.mark.language("en")
@pytest.mark.door("telegram")
async def test_the_row_learns_the_name_and_a_second_program_uses_it(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    attachment = handed_in_by(stage, "Anna Weber")
    for _program in range(2):
        shows(stage, attachment)
        await anna.says("/see")
        assert anna.reads("For you").raw.photo == PIXEL
        await stage.restart()
    assert len(stage.telegram.world.files) == 1
    assert rows(stage)[0].file_id == "photo-1"


def shows(stage: Stage, attachment: int, text: str = "For you") -> None:
    def show(turn: Turn) -> Reply:
        row = attachments.find(turn.session, attachment)
        assert row is not None
        return attached(Reply(Markup(text)), row)

    handed_on.register(stage.app.router)
    stage.app.router.command("see", show, gate=Gate.ANYONE)


# -- retention


async def test_after_a_month_only_what_an_announcement_carries_is_kept(stage: Stage) -> None:
    def work(session):  # type: ignore[no-untyped-def]
        given: dict[str, Any] = {"media_type": "image/png", "size": 3, "content": b"abc"}
        later = START + timedelta(days=20)
        attachments.keep(session, author, name="old", now=START, **given)
        attachments.keep(session, author, name="new", now=later, **given)
        used = attachments.keep(session, author, name="used", now=START, **given)
        session.add(
            Announcement(
                state=AnnouncementState.DONE,
                texts={},
                attachment_id=used.id,
                audience={},
                created_at=START,
                changed_at=START,
            )
        )

    member(stage, "Anna Weber")
    author = find(stage, "Anna Weber").id
    stage.looks_up(work)
    late = START + timedelta(days=31)
    stage.looks_up(lambda session: retention.forget_some(session, retention.Kind.ATTACHMENTS, late, Keep()))
    assert [row.name for row in rows(stage)] == ["new", "used"]
