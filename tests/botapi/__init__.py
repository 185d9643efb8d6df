"""A stand-in for Telegram's Bot API on loopback: the server, the people who write to the bot, and faults."""

from .chats import Chat, Query, Sent
from .errors import Refused
from .faults import Fault, Faults
from .people import Person
from .server import BotApi

__all__ = ["BotApi", "Chat", "Fault", "Faults", "Person", "Query", "Refused", "Sent"]
