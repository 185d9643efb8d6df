"""Not here yet."""

from bot.conversation.routing import Router


def register(router: Router) -> None:
    """Nothing yet."""
