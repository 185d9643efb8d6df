"""Bubbles as the page's JSON frames."""

from typing import Any

from bot.channels.web.runs import to_runs
from bot.conversation.house import House
from bot.conversation.i18n import short_time
from bot.conversation.secrets import reveal
from db.models.web import Entry


def entry_frame(entry: Entry, house: House) -> dict[str, Any]:
    """One bubble, in the reader's language and zone (entered by the caller)."""
    body = reveal(house, entry.body)
    frame: dict[str, Any] = {
        "type": "entry",
        "seq": entry.seq,
        "id": entry.id,
        "who": "me" if entry.mine else "bot",
        "at": entry.at.isoformat(),
        "time": short_time(entry.at),
        "runs": _runs(body["text"], entry.mine),
    }
    if "picture" in body:
        frame["picture"] = {"url": f"/files/{entry.id}", "alt": body["picture"]["params"].get("alt", "")}
    if "file" in body:
        frame["file"] = {"url": f"/files/{entry.id}", "name": body["file"]["name"]}
    if entry.mine:
        return {**frame, "key": body.get("key")}
    frame["buttons"] = body.get("rows", [])
    frame["ask"] = (body.get("ask") or {}).get("kind")
    return frame


def _runs(text: str, mine: bool) -> list[dict[str, Any]]:
    """What the person wrote is shown as it is."""
    return ([{"text": text}] if text else []) if mine else to_runs(text)
