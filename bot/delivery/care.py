"""Work that is done again and again anyway, and therefore may fail once."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.conversation.road import log_fault
from db.trouble import Trouble, classify

T = TypeVar("T")
log = logging.getLogger("delivery")


async def carefully(work: Callable[[], Awaitable[T]]) -> T | None:
    """Do it, and what came of it; a database that is away and a fault of ours are logged, and the next time
    comes."""
    try:
        return await work()
    except Exception as error:
        if classify(error) is Trouble.FAULT:
            log_fault(error)
        else:
            log.warning("database away (%s)", type(error).__name__)
    return None
