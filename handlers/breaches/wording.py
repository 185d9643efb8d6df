"""What is said about each kind of breach: its name, the data it concerns, what to do first."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, labelled, listed, locale, number, pgettext
from bot.domain.breach import Breach
from bot.domain.exports import in_order
from db import breaches
from db.breaches import INVITATIONS, Case
from handlers.exports.members import part_names

COUNTRIES_SHOWN = 12


def breach_names() -> Mapping[Breach, Markup]:
    return {
        Breach.DEVICE: pgettext("breach", "A coordinator's device was lost or stolen"),
        Breach.ACCESS: pgettext("breach", "Somebody else was signed in as a member"),
        Breach.EXPORT: pgettext("breach", "An exported list is in wrong hands"),
        Breach.DATABASE: pgettext("breach", "The database or a backup was copied"),
        Breach.ANNOUNCEMENT: pgettext("breach", "An announcement was wrong or went too far"),
    }


def kinds_of_data() -> Mapping[Breach, Markup]:
    """Which data could be read, at most."""
    return {
        Breach.DEVICE: _(
            "names, cities, studies and years, relation, professional focus, function and employer, answers to events, "
            "questions and reasons about registrations"
        ),
        Breach.ACCESS: _(
            "the member's profile, clubs, events, messages and history of the chat; of others what they had opened to "
            "this member"
        ),
        Breach.EXPORT: _(
            "names, answers to an event, number of guests, answers to the organiser's questions, presence"
        ),
        Breach.DATABASE: _(
            "everything in the list of data fields: profiles, messages of the last days, history of the web chat, "
            "numbers by which Telegram knows people; codes and sign-ins only as hashes"
        ),
        Breach.ANNOUNCEMENT: _("what stood in the announcement, and that its readers belong to those it was meant for"),
    }


def data_concerned(session: Session, case: Case) -> Markup:
    """The same for a case: of a list that was taken away, what was in it."""
    line = breaches.list_of(session, case.ref) if case.kind is Breach.EXPORT else None
    if line is None:
        return kinds_of_data()[case.kind]
    if line.action == INVITATIONS:
        return _("names, e-mail addresses, programmes and years, a personal code to register with")
    if line.action == "survey_exported":
        return _("names and answers to a survey that was not anonymous")
    export = breaches.export_of(session, line)
    if export is None:
        return kinds_of_data()[case.kind]
    names = part_names()
    return Markup("{}").format(listed([str(names[part].unescape()) for part in in_order(export.parts)]))


def steps_for(session: Session, case: Case) -> Markup:
    """What to do first in a case."""
    line = breaches.list_of(session, case.ref) if case.kind is Breach.EXPORT else None
    if line is not None and line.action == INVITATIONS:
        return _(
            "Invite the same people again (/invite, “Everybody again”): the codes in the list open nothing from then "
            "on. Ask whoever has the list to delete it and to confirm that in writing."
        )
    return first_steps()[case.kind]


def first_steps() -> Mapping[Breach, Markup]:
    return {
        Breach.DEVICE: _(
            "Sign the device out: its owner opens /devices on another one, and in Telegram Settings, Devices. Where "
            "that takes time, end the office meanwhile. What the chat on the device still showed counts as seen."
        ),
        Breach.ACCESS: _(
            "Issue a new return key (/newkey), which ends the old one, and ask the member to sign foreign browsers out "
            "in /devices."
        ),
        Breach.EXPORT: _("Ask whoever has the file to delete it and to confirm that in writing."),
        Breach.DATABASE: _(
            "Close the way it was copied, change the database's password and the bot's token, and keep the server's "
            "logs. Was SECRET_KEY copied, too? Another key makes codes and tickets void, and the list of erased people "
            "unreadable: whoever runs the program decides."
        ),
        Breach.ANNOUNCEMENT: _(
            "If it is still going out, stop it in /announce. A second announcement can put it right."
        ),
    }


def country_names(found: Sequence[tuple[str | None, int]]) -> str:
    """ "China: 12, Germany: 3"; the smaller ones together."""
    names, unknown = locale().territories, _("Country not given")
    counted = [(names.get(code, code) if code else unknown, n) for code, n in found[:COUNTRIES_SHOWN]]
    rest = sum(n for _code, n in found[COUNTRIES_SHOWN:])
    if rest:
        counted.append((_("Other countries"), rest))
    return ", ".join(labelled(name, number(n)) for name, n in counted)
