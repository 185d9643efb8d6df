"""What reading a list stands on: our words, who was erased, and how much memory it may take."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from bot.conversation.house import keyed_hash
from bot.domain.importing.words import Vocabulary, vocabulary
from db import lists
from db.erased import name_mark, read
from db.gazetteer.regions import read_qualifiers, read_regions
from db.models.lists import Institution

# For the worst file that passes all checks; an honest one of 100,000 lines takes a third of it.
MOST_MEMORY = 1024 * 1024 * 1024


def keep_memory_small() -> None:
    """Refuse this process more memory than any file needs: it dies instead of the machine. Windows cannot."""
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))


def read_words(session: Session, institution: int, taught: Mapping[str, Mapping[str, str]]) -> Vocabulary:
    """The programmes of an institution and their cohorts, provinces everywhere, and what somebody taught."""
    rows = lists.programmes(session, institution)
    programmes = [(str(row.id), [*row.names.values(), row.slug]) for row in rows]
    named = [cohort for row in rows for cohort in lists.cohorts(session, row.id)]
    cohorts = [(each.programme_id, each.names.values(), lists.years_of(each)) for each in named]
    return vocabulary(programmes, _provinces(), taught, cohorts)


def _provinces() -> Iterable[tuple[str, list[str]]]:
    """By each name that means just one."""
    named: dict[str, list[str]] = {}
    regions = read_regions()
    for name, codes in read_qualifiers().items():
        own = [code for code in codes if code in regions]
        if len(own) == 1 == len(codes):
            named.setdefault(own[0], []).append(name)
    return [(code, [*named.get(code, []), code, *_short(code)]) for code in regions]


def _short(code: str) -> list[str]:
    """JS for Jiangsu, as Chinese lists have it."""
    return [code.removeprefix("CN-")] if code.startswith("CN-") else []


@dataclass(frozen=True, slots=True)
class Erased:
    """Who was erased, as far as a list of one institution could bring them back."""

    listed: frozenset[str]
    secret: bytes
    slug: str

    def knows(self, *names: str | None) -> bool:
        """Whether one of these names at this institution was erased."""
        return bool(self.listed) and any(
            keyed_hash(self.secret, "erasure", name_mark(name, self.slug)) in self.listed for name in names if name
        )


def read_erased(session: Session, institution: int) -> Erased:
    """From where the program that started this one says: the list is kept apart from the database."""
    slug = session.get_one(Institution, institution).slug
    path, secret = os.environ.get("ERASURE_LIST", ""), os.environ.get("SECRET_KEY", "")
    return Erased(frozenset(read(Path(path))) if path else frozenset(), secret.encode(), slug)
