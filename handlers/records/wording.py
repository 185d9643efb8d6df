"""What stands in the records of processing about each activity, source, reader and span, in the reader's language."""

from collections.abc import Mapping

from bot.conversation.i18n import _, pgettext
from bot.conversation.retention_texts import span_of
from bot.domain.retention import Keep, Kind
from handlers.records.terms import Activity, Lasting, Seen, Source


def activity_names() -> Mapping[Activity, str]:
    return {
        Activity.CONTACT: _("Contact of the university with its former members"),
        Activity.LISTS: _("Lists of former members that the universities bring in"),
        Activity.EVENTS: _("Events"),
        Activity.NETWORK: _("Contact among alumni: directory, mentoring, requests for contact"),
        Activity.SURVEYS: _("Surveys"),
        Activity.PROOF: _("Proof of consents, and of who looked at or changed data"),
        Activity.OPERATION: _("Operation of the chat on Telegram and on the web page"),
    }


def purposes() -> Mapping[Activity, str]:
    return {
        Activity.CONTACT: _(
            "Registration and confirmation of former members, their profile, regional clubs, announcements and news."
        ),
        Activity.LISTS: _("Recognising former members when they register; personal codes; how many are reached."),
        Activity.EVENTS: _("Invitations, answers, waiting lists, reminders, tickets, the list at the door, figures."),
        Activity.NETWORK: _("Finding each other, offers and wishes, mentoring, words passed on without addresses."),
        Activity.SURVEYS: _(
            "Learning how events and mentoring are liked and what members wish; results from five answers on."
        ),
        Activity.PROOF: _("Accountability, rights of the persons concerned, looking into breaches."),
        Activity.OPERATION: _("Receiving and answering messages exactly once, signing in, protection against abuse."),
    }


def legal_bases() -> Mapping[Activity, str]:
    statute = _(
        "Task in the public interest, Art. 6 (1) e GDPR with the university act of the federal state (Saxony: § 15 "
        "SächsHSG; Lower Saxony: § 17 NHG). Objection at any time, by /stop or by a word to the alumni office."
    )
    return {
        Activity.CONTACT: statute,
        Activity.LISTS: statute,
        Activity.EVENTS: statute,
        Activity.NETWORK: _("Consent, Art. 6 (1) a GDPR; withdrawn at any time in /privacy."),
        Activity.SURVEYS: _(
            "Art. 6 (1) e GDPR; voluntary; anonymous once sent, unless the survey says beforehand that it is not."
        ),
        Activity.PROOF: _("Legal obligation, Art. 6 (1) c GDPR with Art. 5 (2), 7 (1) and 33 (5)."),
        Activity.OPERATION: _("Art. 6 (1) e GDPR with Art. 32 (security of processing)."),
    }


def persons() -> Mapping[Activity, str]:
    members = _("Graduates and other former members, coordinators, ambassadors, people who ask to register.")
    return {
        Activity.CONTACT: members,
        Activity.LISTS: _(
            "Former members on the lists of a university, also those who have never written to the chat."
        ),
        Activity.EVENTS: _("Members, organisers; of accompanying guests only the number."),
        Activity.NETWORK: _("Members who agreed to contact among alumni."),
        Activity.SURVEYS: _("Members who attended an event, took part in mentoring or were asked by a coordinator."),
        Activity.PROOF: members,
        Activity.OPERATION: _("Everybody who writes to the chat."),
    }


def kinds_of_data() -> Mapping[Activity, str]:
    return {
        Activity.CONTACT: _(
            "Name, form of address, city, relation, studies and years, professional focus, function and employer if "
            "given, settings, clubs, offices, decisions about registrations, announcements, questions to the alumni "
            "office, proposals about clubs."
        ),
        Activity.LISTS: _(
            "Name, number at the university, e-mail address, programme, years, province and direction of an exchange, "
            "relation; what was decided about a doubtful line; objections that were noted."
        ),
        Activity.EVENTS: _("Invitations, answers, number of guests, answers to questions, presence."),
        Activity.NETWORK: _("Offers, wishes, goals, requests, words passed on, who opened whose card."),
        Activity.SURVEYS: _(
            "Whether somebody has answered; answers without a person, or with a name where the survey says so "
            "beforehand."
        ),
        Activity.PROOF: _("Consents with their text; member numbers, actions and times; who was in an export."),
        Activity.OPERATION: _("Telegram's number or a sign-in for the browser, messages, history, codes as hashes."),
    }


def recipients() -> Mapping[Activity, str]:
    office = _("The alumni office, each coordinator for those they answer for; ambassadors for their club.")
    return {
        Activity.CONTACT: office,
        Activity.LISTS: _("The coordinators who answer for the institution."),
        Activity.EVENTS: _("The alumni office and the organisers; other members see a count, names only by consent."),
        Activity.NETWORK: _("Members who agreed as well, each detail only as its owner opened it; the alumni office."),
        Activity.SURVEYS: _(
            "The organisers and the alumni office see results, never single people; answers with a name go to the "
            "coordinators who answer for the survey."
        ),
        Activity.PROOF: _("The alumni office; the person concerned (/mydata); the authority on demand."),
        Activity.OPERATION: _("Whoever runs the servers for the controller (Art. 28 GDPR); Telegram for its users."),
    }


def source_names() -> Mapping[Source, str]:
    return {
        Source.MEMBER: pgettext("source", "the member"),
        Source.OFFICE: pgettext("source", "the alumni office or an organiser"),
        Source.UNIVERSITY: pgettext("source", "a list of the university"),
        Source.OTHERS: pgettext("source", "another member"),
        Source.PROGRAM: pgettext("source", "arises in operation"),
    }


def reader_names() -> Mapping[Seen, str]:
    return {
        Seen.OFFICE: pgettext("seen by", "the alumni office"),
        Seen.CLUBS: pgettext("seen by", "the alumni office and the ambassadors of the club"),
        Seen.ORGANISERS: pgettext("seen by", "the alumni office and the organisers"),
        Seen.OPENED: pgettext("seen by", "the alumni office; other members as far as its owner opened it"),
        Seen.NETWORK: pgettext("seen by", "the alumni office; members who agreed to contact among alumni"),
        Seen.BOTH: pgettext("seen by", "the two people concerned; the alumni office where it helps in a case"),
        Seen.MEMBERS: pgettext("seen by", "everybody it is meant for"),
        Seen.NOBODY: pgettext("seen by", "nobody but the program and the person concerned"),
    }


def kept_in_words(kept: Kind | Lasting, keep: Keep) -> str:
    if isinstance(kept, Kind):
        return span_of(kept, keep)
    return {
        Lasting.MEMBER: _("until the member is erased"),
        Lasting.NETWORK: _("as long as the network exists"),
        Lasting.ON_RECORD: _("as long as the network exists, so that they are recognised; of members until erased"),
    }[kept]


def measures() -> list[str]:
    """Technical and organisational measures (Art. 32 GDPR): what this program does; the rest is the server's."""
    return [
        _("Closed by default: whatever does not say who may use it is for confirmed members only."),
        _("Coordinators answer for institutions, faculties or programmes; this is enforced in each query."),
        _("Two purposes, two switches: nothing about a member is shown to others without their consent."),
        _("An append-only audit log with numbers instead of names, kept so by the database itself."),
        _("Codes and sign-ins are stored as keyed hashes; links end soon and work once, or in one browser only."),
        _("What is kept for a time only goes by itself every night; what is overdue can be seen."),
        _("Anonymous surveys cannot be joined to people, not even with a copy of the database."),
        _("Members see, correct, take away and erase their data by themselves; erased people stay erased."),
        _(
            "Exports ask for a reason, leave through a link for one person, one browser and a quarter of an hour, and "
            "are shown to those concerned."
        ),
        _("To be added by whoever runs the servers: encryption of disks and connections, backups, physical access."),
    ]
