"""The file of institutions, programmes and topics that LISTS_FILE names: read, and refused with a sentence where it is
not what it should be."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

EXAMPLE = Path(__file__).parent / "lists.toml"
SLUG = r"^[a-z0-9][a-z0-9-]*$"
Slug = Annotated[str, Field(pattern=SLUG, max_length=40)]
LongSlug = Annotated[str, Field(pattern=SLUG, max_length=60)]
Name = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=1800, le=2200)]


class UnreadableLists(Exception):
    """Says what is wrong with the file, and where."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    en: Name
    de: Name | None = None
    zh: Name | None = None


class _Topic(_Entry):
    slug: Slug


class _Faculty(_Entry):
    slug: LongSlug


class _Cohort(_Entry):
    slug: Annotated[str, Field(pattern=SLUG, max_length=80)]
    first: Year = Field(alias="from")
    to: Year | None = None


class _Programme(_Entry):
    slug: LongSlug
    faculty: str | None = None
    province: str | None = None
    direction: str | None = None
    cohorts: list[_Cohort] = []


class _Contact(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    email: str | None = None
    phone: str | None = None


class _Institution(_Entry):
    slug: Slug
    contact: _Contact = _Contact()
    faculties: list[_Faculty] = []
    programmes: list[_Programme] = []


class _Lists(BaseModel):
    model_config = ConfigDict(extra="forbid")

    institutions: Annotated[list[_Institution], Field(min_length=1)]
    topics: list[_Topic] = []


def read_lists(path: Path) -> dict[str, Any]:
    """What `db.lists.take_lists` takes. Raises UnreadableLists."""
    try:
        lists = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableLists(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableLists(f"{path}: {error}") from None
    try:
        _Lists.model_validate(lists)
    except ValidationError as error:
        raise UnreadableLists(f"{path}: {'; '.join(_where(lists, each) for each in error.errors())}") from None
    return lists


def _where(lists: Any, error: Any) -> str:
    """Such as "institutions › tu-chemnitz › programmes › 3 › slug: Field required"."""
    steps, here = [], lists
    for step in error["loc"]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
        known = here.get("slug") if isinstance(step, int) and isinstance(here, dict) else None
        steps.append(str(known or (step + 1 if isinstance(step, int) else step)))
    return f"{' › '.join(steps)}: {error['msg']}"
