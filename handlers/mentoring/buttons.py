"""What buttons about mentoring carry."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class OpenSearch(Callback, prefix="ms"):
    """My search for a mentor: whom we suggest, who was asked."""

    search: int


@dataclass(frozen=True, slots=True)
class SendRequests(Callback, prefix="mq"):
    """Ask these mentors one after the other, the first one now."""

    search: int
    first: int
    second: int | None = None
    third: int | None = None


@dataclass(frozen=True, slots=True)
class OpenRequest(Callback, prefix="mr"):
    """Somebody asks me to be their mentor."""

    request: int


@dataclass(frozen=True, slots=True)
class AnotherMentor(Callback, prefix="ma"):
    """Somebody else, please; no reason is needed. For a mentee whose mentor was found as well."""

    search: int


@dataclass(frozen=True, slots=True)
class OpenMentorship(Callback, prefix="mo"):
    """The two of us."""

    mentorship: int


@dataclass(frozen=True, slots=True)
class ListMentorships(Callback, prefix="ml"):
    """With whom I am together, as a mentor and as a mentee."""


@dataclass(frozen=True, slots=True)
class KeepApart(Callback, prefix="mk"):
    """Do not suggest us to each other, or do again; nobody is told. Says how it shall be."""

    member: int
    apart: bool
