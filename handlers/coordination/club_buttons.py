"""What the buttons of a club's management mean. Each says how things shall be, so that a double tap does nothing."""

from dataclasses import dataclass

from bot.conversation.callbacks import Callback


@dataclass(frozen=True, slots=True)
class ManageClub(Callback, prefix="clm"):
    """The coordinators' card of a club, open or closed."""

    club: int


@dataclass(frozen=True, slots=True)
class ListClosedClubs(Callback, prefix="cld"):
    page: int = 0


@dataclass(frozen=True, slots=True)
class ChangeClub(Callback, prefix="clc"):
    """Its names and who may join."""

    club: int


@dataclass(frozen=True, slots=True)
class AppointTo(Callback, prefix="cla"):
    """Another ambassador for this club."""

    club: int


@dataclass(frozen=True, slots=True)
class OpenOffice(Callback, prefix="clo"):
    """An ambassador of a club, and what can be done about their office."""

    club: int
    member: int


@dataclass(frozen=True, slots=True)
class HandOver(Callback, prefix="clh"):
    """Their office ends and somebody else gets it."""

    club: int
    member: int


@dataclass(frozen=True, slots=True)
class EndOffice(Callback, prefix="cle"):
    club: int
    member: int
    sure: bool = False


@dataclass(frozen=True, slots=True)
class RestoreOffice(Callback, prefix="clr"):
    """An office that was ended goes on."""

    club: int
    member: int


@dataclass(frozen=True, slots=True)
class MergeClub(Callback, prefix="clg"):
    """Choose the club it is to become part of."""

    club: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class MergeInto(Callback, prefix="clt"):
    """Look at what merging these two would do."""

    club: int
    into: int


@dataclass(frozen=True, slots=True)
class ConfirmMerge(Callback, prefix="clv"):
    club: int
    into: int
    with_ambassadors: bool


@dataclass(frozen=True, slots=True)
class PartClub(Callback, prefix="clp"):
    """A club that became part of another is one of its own again."""

    club: int


@dataclass(frozen=True, slots=True)
class CloseClub(Callback, prefix="clx"):
    club: int


@dataclass(frozen=True, slots=True)
class ReopenClub(Callback, prefix="cln"):
    club: int
