"""Inviting people who are on record and not registered: whom, how, and in which language."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.domain.scripts import may_be

# Whoever was invited within this time is left out, unless a coordinator says otherwise.
REST = timedelta(days=90)
CODE_LASTS = timedelta(days=180)
# Letters of one link: what a printer and a browser take.
MOST_LETTERS = 1_000
# Mail providers of one country, beside its own domains.
_CHINESE_MAIL = ("qq.com", "163.com", "126.com", "sina.com", "sohu.com", "foxmail.com", "aliyun.com")
_GERMAN_MAIL = ("gmx.net", "t-online.de")


class Way(StrEnum):
    """How the codes reach people: on paper, or through the university's mailer."""

    LETTERS = "letters"
    MAILER = "mailer"


@dataclass(frozen=True, slots=True)
class Whom:
    """Ids; None does not narrow. `listed` is a list that was taken over; `first` and `last` are years of leaving."""

    listed: int | None = None
    institution: int | None = None
    programme: int | None = None
    first: int | None = None
    last: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Whom":
        """The stored form again. Raises TypeError for what this version does not know."""
        return cls(**stored)


def guess_language(names: tuple[str | None, ...], email: str | None) -> str:
    """The language somebody most probably reads, as a tag of ours: by where their mail is, then by how their names
    are written; else English. For the mailer to begin with, not a fact about anybody."""
    host = (email or "").rpartition("@")[2].lower()
    if host.endswith(".cn") or host in _CHINESE_MAIL:
        return "zh_Hans"
    if host.endswith((".de", ".at")) or host in _GERMAN_MAIL:
        return "de"
    return "zh_Hans" if any(name and may_be("zh", name) for name in names) else "en"
