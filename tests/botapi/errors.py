"""Telegram's refusals, in Telegram's wording."""

from __future__ import annotations


class Refused(Exception):
    """A call the Bot API answers with ok=false."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> dict[str, object]:
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad(reason: str) -> Refused:
    return Refused(400, f"Bad Request: {reason}")


def conflict(reason: str) -> Refused:
    return Refused(409, f"Conflict: {reason}")


def too_many(retry_after: int) -> Refused:
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after)


OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_CAME = "terminated by setWebhook request"
_WAY_OUT = "use deleteWebhook to delete the webhook first"
WEBHOOK_ACTIVE = f"can't use getUpdates method while webhook is active; {_WAY_OUT}"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
KICKED = "Forbidden: bot was kicked from the group chat"
