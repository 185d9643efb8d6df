"""The product's table of contents: every module of handlers, in the order of the command menu."""

from bot.conversation.routing import Router
from handlers import (
    access,
    chat,
    clubs,
    contact,
    finding,
    joining,
    menu,
    pictures,
    privacy,
    profile,
    settings,
    signing_in,
)
from handlers.coordination import clubs as founding
from handlers.coordination import codes, verifying

MODULES = (
    menu,
    finding,
    clubs,
    profile,
    settings,
    signing_in,
    privacy,
    contact,
    joining,
    verifying,
    codes,
    founding,
    pictures,
    chat,
    access,
)


def build_router() -> Router:
    """A router with everything people can do."""
    router = Router()
    for module in MODULES:
        module.register(router)
    return router
