"""Pictures and files as answers to a question: the value kept is the id of the attachment, in letters."""

from typing import Any

from markupsafe import Markup

from bot.conversation.i18n import _, number
from bot.conversation.incoming import File, Kind
from bot.conversation.questions import Asking, Question, Unfit
from bot.conversation.turn import Turn
from bot.domain.files import MEGABYTE, clean_name, is_picture, largest
from db import attachments
from db.models.announcements import Attachment


def read_file(asking: Asking, question: Question) -> Any:
    """The answer to a question for a file: the attachment that was handed in, or a choice that was typed. Raises
    Unfit, also where the file is too large to be passed on."""
    incoming = asking.turn.incoming
    if incoming.file is not None:
        return question.check(asking, _keep(asking.turn, incoming.file))
    named = question.choice_named(asking, incoming.text) if incoming.kind is Kind.TEXT else None
    if named is None:
        raise Unfit(_("Please send a picture or a file, or use the buttons below."))
    return question.check(asking, named)


def _keep(turn: Turn, file: File) -> str:
    if file.attachment is not None:
        row = attachments.own(turn.session, file.attachment, turn.me.id)
        if row is None:
            raise Unfit(_again())
        _measure(row.media_type, row.size)
        return str(row.id)
    _measure(file.media_type, file.size)
    row = attachments.keep(
        turn.session,
        turn.me.id,
        name=clean_name(file.name),
        media_type=file.media_type,
        size=file.size,
        now=turn.now,
        file_id=file.telegram_id,
    )
    return str(row.id)


def check_file(asking: Asking, value: Any) -> str:
    """An attachment this person handed in, and that is still there."""
    if handed_in(asking, value) is None:
        raise Unfit(_again())
    return str(value)


def handed_in(asking: Asking, value: Any) -> Attachment | None:
    """The attachment behind an answer, if it is this person's and still there."""
    turn, digits = asking.turn, str(value)
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    return attachments.own(turn.session, int(digits), turn.me.id) if known else None


def name_of(asking: Asking, value: Any) -> str:
    """What the attachment is called, for a line that sums up."""
    row = handed_in(asking, value)
    return row.name if row is not None else "–"


def _again() -> Markup:
    return _("This file is no longer there. Please send it again.")


def _measure(media_type: str, size: int) -> None:
    limit = largest(media_type)
    if size <= limit:
        return
    sentence = (
        _("This picture has {size} MB, and at most {limit} MB can be passed on. Please send a smaller one.")
        if is_picture(media_type)
        else _("This file has {size} MB, and at most {limit} MB can be passed on. Please send a smaller one.")
    )
    # Rounded up: a file just above the limit must not read as if it kept it.
    tenths = -(-size * 10 // MEGABYTE)
    raise Unfit(sentence.format(size=number(tenths / 10, 1), limit=number(limit // MEGABYTE)))
