"""Pictures and files that somebody handed in, on their way out again: a reply names the attachment, its bytes are read
when it is shown."""

from dataclasses import replace
from typing import Any

from bot.conversation.notices import Composing
from bot.conversation.reply import Recipe, Reply
from bot.conversation.routing import Made, Router
from bot.domain.files import KNOWN_TYPES, UNKNOWN_TYPE, is_picture
from db import attachments
from db.models.announcements import Attachment

KIND = "attachment"


class NotYet(Exception):
    """The bytes are still to be fetched from Telegram."""


class Gone(Exception):
    """Nobody keeps this attachment any more."""


def attached(reply: Reply, row: Attachment, alt: str = "") -> Reply:
    """The same reply with an attachment; `alt` says what a picture shows, for who cannot see it."""
    recipe = recipe_of(row, alt)
    return replace(reply, picture=recipe) if is_picture(row.media_type) else replace(reply, file=recipe)


def recipe_of(row: Attachment, alt: str = "") -> Recipe:
    return Recipe(KIND, row.name, {"id": row.id, "alt": alt or row.name})


def make_attachment(at: Composing, params: dict[str, Any]) -> Made:
    """The bytes. Raises NotYet or Gone."""
    row = attachments.find(at.session, params["id"])
    if row is None:
        raise Gone
    content = attachments.content(at.session, row.id)
    if content is None:
        raise NotYet
    # Whoever handed it in said what it is: a browser is told no more than what harms nobody.
    return Made(row.name, content, row.media_type if row.media_type in KNOWN_TYPES else UNKNOWN_TYPE)


def register(router: Router) -> None:
    router.maker(KIND, make_attachment)
