"""Pictures made when they are shown: QR codes of links."""

import io
from typing import Any

import segno

from bot.conversation.notices import Composing
from bot.conversation.routing import Made, Router


def make_qr(_at: Composing, params: dict[str, Any]) -> Made:
    """A QR code (PNG) of a link, large enough to scan from another screen."""
    out = io.BytesIO()
    segno.make(params["url"], error="m").save(out, kind="png", scale=8, border=4)
    return Made("qr.png", out.getvalue(), "image/png")


def register(router: Router) -> None:
    router.maker("qr", make_qr)
