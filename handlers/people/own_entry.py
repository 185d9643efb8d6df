"""What other alumni see of me, and everything I can change about that."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation.callbacks import Callback
from bot.conversation.i18n import N_, _, zone
from bot.conversation.reply import Button, Go, Reply, Rows
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.people import Audience
from db import directory
from db.directory import Released
from db.models.mentoring import Mentor
from handlers.people.contact_buttons import DropLine, ListContacts, SetLine
from handlers.people.looks import name_switch
from handlers.people.offers import MyOffers, own_lines
from handlers.people.reaching import leaving
from handlers.people.released import full_name_of, lines_about


@dataclass(frozen=True, slots=True)
class MyEntry(Callback, prefix="be"):
    """What others see of me."""


def open_entry(turn: Turn, _tap: MyEntry) -> Reply:
    return show_entry(turn)


def show_entry(turn: Turn) -> Reply:
    """/entry"""
    to_all = directory.released_to(turn.session, Audience.ALUMNI, turn.me.id)
    to_clubs = directory.released_to(turn.session, Audience.CLUBS, turn.me.id)
    if to_all is None or to_clubs is None:
        refusal = leaving(turn)
        assert refusal is not None
        return refusal
    mentor = turn.session.get(Mentor, turn.me.id)
    parts = [_seen(to_all, to_clubs), _line(turn), *_own_lines(turn), *_mentoring(turn, mentor)]
    return Reply(Markup("\n\n").join(parts), _rows(turn, mentor))


def _seen(to_all: Released, to_clubs: Released) -> Markup:
    open_to_all, more = lines_about(to_all), _only_to_clubs(to_all, to_clubs)
    lines = [
        _("<b>What other alumni see of you</b>"),
        Markup("{}").format(full_name_of(to_all)),
        *open_to_all,
        *([] if open_to_all else [_("Nothing but your name is open to all alumni.")]),
        *([_("Members of your clubs see as well:"), *more] if more else []),
    ]
    return Markup("\n").join(lines)


def _only_to_clubs(to_all: Released, to_clubs: Released) -> list[Markup]:
    """What members of the clubs see beyond that; where there is more in a line, the whole line."""
    known = set(lines_about(to_all))
    return [line for line in lines_about(to_clubs) if line not in known]


def _line(turn: Turn) -> Markup:
    if turn.member.contact is None:
        return _("You have no contact line. It would go only to those to whom you give your contact.")
    return _("Your contact line: {line}\nIt goes only to those to whom you give your contact.").format(
        line=turn.member.contact
    )


def _own_lines(turn: Turn) -> list[Markup]:
    lines = own_lines(turn)
    return [Markup("\n").join(lines)] if lines else []


def _mentoring(turn: Turn, mentor: Mentor | None) -> list[Markup]:
    if mentor is None:
        return []
    if mentor.paused_until is not None and mentor.paused_until > turn.now.astimezone(zone()).date():
        return [_("You are a mentor; at present you are pausing.")]
    return [_("You are a mentor: your topics and languages are shown to alumni who look for one.")]


def _rows(turn: Turn, mentor: Mentor | None) -> Rows:
    line = Button(_("Change the contact line") if turn.member.contact else _("Write a contact line"), SetLine())
    drop = [Button(_("Delete the line"), DropLine())] if turn.member.contact else []
    mentoring = [Button(_("As a mentor"), Go("mentor"))] if mentor is not None else []
    return (
        (Button(_("Change what is open"), Go("profile")),),
        (line, *drop),
        (Button(_("I offer, I seek"), MyOffers()), Button(_("Requests"), ListContacts())),
        (name_switch(turn),),
        (*mentoring, Button(_("Menu"), Go("menu"))),
    )


def register(router: Router) -> None:
    router.command("entry", show_entry, gate=Gate.NETWORK, about=N_("What other alumni see of you"))
    router.tap(MyEntry, open_entry, gate=Gate.NETWORK)
