"""Pictures made when they are shown: QR codes of links."""

import io
from typing import Any

import segno

from bot.conversation.notices import Composing
from bot.conversation.routing import Made, Router


def draw_qr(url: str) -> bytes:
    """A QR code (PNG) of a link, large enough to scan from another screen."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def make_qr(_at: Composing, params: dict[str, Any]) -> Made:
    return Made("qr.png", draw_qr(params["url"]), "image/png")


def register(router: Router) -> None:
    router.maker("qr", make_qr)
