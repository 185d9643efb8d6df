"""What every text may need to know about this installation."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from bot.domain.matching import Weights
from bot.domain.retention import Keep
from db.restored import Lost


def keyed_hash(secret: bytes, purpose: str, value: str) -> str:
    """Hex, 64 characters: useless to whoever has only what was hashed, or only the hash."""
    return hmac.new(secret, f"{purpose}:{value}".encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Controller:
    """Who answers for the data (Art. 13 GDPR): shown in the privacy notice. `host` runs the servers for them (empty:
    they do it themselves), in `country` (two letters)."""

    name: str
    address: str
    email: str
    officer: str
    authority: str
    host: str = ""
    country: str = "DE"


@dataclass(frozen=True, slots=True)
class House:
    """The installation. `web_url` is its public address without a slash at the end; `telegram` the bot's
    username, once known; `coordinators` Telegram ids that count only while no coordinator exists; `weekly_budget` how
    many announcements and invitations a person gets in seven days; `confirmed_above` for how many readers an
    announcement needs a second coordinator; `verify_days` in how many working days a registration is usually looked
    at; `names_per_day` how many names of others a
    member is shown in lists and cards within a day, `contacts_per_week` how many requests for contact they make;
    `weights` what a good pair is; `keep` how many days what is kept; `version` the program's; `lost` the spans of time
    over which the database was set back."""

    name: str
    controller: Controller
    web_url: str
    secret: bytes
    telegram: str | None = None
    coordinators: frozenset[str] = frozenset()
    erasure_list: str = ""
    weekly_budget: int = 3
    confirmed_above: int = 500
    verify_days: int = 2
    names_per_day: int = 100
    contacts_per_week: int = 10
    weights: Weights = field(default_factory=Weights)
    keep: Keep = field(default_factory=Keep)
    demo: bool = False
    lost: tuple[Lost, ...] = ()
    version: str = ""

    def digest(self, purpose: Literal["code", "erasure", "session", "ticket"], value: str) -> str:
        """A keyed hash (hex, 64 characters): useless to whoever has only the database."""
        return keyed_hash(self.secret, purpose, value)

    def telegram_link(self, payload: str) -> str | None:
        """A deep link into the Telegram chat, if there is a Telegram door."""
        return f"https://t.me/{self.telegram}?start={payload}" if self.telegram else None

    def notice_link(self) -> str:
        """The page with the privacy notice."""
        return f"{self.web_url}/privacy"

    def web_link(self, payload: str) -> str:
        """The page that offers both doors for `payload`."""
        return f"{self.web_url}/go/{payload}"
