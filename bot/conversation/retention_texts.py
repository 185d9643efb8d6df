"""What is forgotten after a time, in words: what it is called, what it is kept for, how long."""

from markupsafe import Markup

from bot.conversation.i18n import _, ngettext, number
from bot.domain.retention import Keep, Kind, span

DAYS_OF_A_YEAR = 365


def kind_names() -> dict[Kind, Markup]:
    """What each kind is called, in the order in which it is shown."""
    return {
        Kind.REGISTRATIONS: _("Registrations nobody confirmed"),
        Kind.DECISIONS: _("Questions and reasons about registrations"),
        Kind.SUSPENSIONS: _("Suspensions that were lifted"),
        Kind.PROPOSALS: _("Proposals about clubs, decided or taken back"),
        Kind.MERGES: _("How two clubs were before they merged"),
        Kind.ANNOUNCEMENTS: _("Announcements and whom they reached"),
        Kind.REPLIES: _("Answers to the questions of an event"),
        Kind.SURVEYS: _("Closed surveys with their ballots"),
        Kind.SURVEY_DRAFTS: _("Drafts of surveys"),
        Kind.WORDS: _("Words that members passed to each other"),
        Kind.CONTACTS: _("Requests for contact that came to nothing"),
        Kind.QUESTIONS: _("Questions to the alumni office"),
        Kind.IMPORT_LINES: _("What was decided about the lines of imported lists"),
        Kind.IMPORTS: _("Lists that were not taken over"),
        Kind.SEARCHES: _("Ended searches for a mentor"),
        Kind.MENTORSHIPS: _("Goals of ended mentorships"),
        Kind.LOOKS: _("Who opened whose card"),
        Kind.EXPORTS: _("Who was in an export"),
        Kind.BREACHES: _("Messages about data breaches, and whom they did not reach"),
        Kind.AUDIT: _("Audit log"),
        Kind.CHAT: _("History of the web chat"),
        Kind.DRAFTS: _("Forms begun and left"),
        Kind.ATTACHMENTS: _("Pictures and files that go with no announcement"),
        Kind.NOTICES: _("Notices that were sent"),
        Kind.INBOX: _("Messages received, already emptied"),
        Kind.GUESTS: _("Guests who never registered"),
        Kind.SESSIONS: _("Browsers that are signed out"),
        Kind.CODES: _("Codes that are used or expired"),
        Kind.ATTEMPTS: _("Wrong codes typed"),
        Kind.LOOKUPS: _("How many names somebody was shown a day"),
        Kind.JOBS: _("Long work that is done"),
        Kind.FAULTS: _("Codes of what went wrong"),
    }


def kind_reasons() -> dict[Kind, Markup]:
    """What each kind is kept for, and from when its time counts."""
    return {
        Kind.REGISTRATIONS: _(
            "From when the person was last heard of, so that the registration can still be decided; they are told a "
            "month before."
        ),
        Kind.DECISIONS: _("From the decision, for the case that somebody asks why. The decision itself stays."),
        Kind.SUSPENSIONS: _("From when it was lifted, for the case that somebody asks why."),
        Kind.PROPOSALS: _("From the answer, for the case that it comes up again."),
        Kind.MERGES: _("From when they merged, so that it can be undone for a day."),
        Kind.ANNOUNCEMENTS: _("From the last change, to show whom an announcement reached."),
        Kind.REPLIES: _("From the end of the event, for its organisers. The answer to the invitation stays."),
        Kind.SURVEYS: _(
            "From its closing, to compare the years. No ballot can be joined to a person; answers that were given with "
            "a name go as well."
        ),
        Kind.SURVEY_DRAFTS: _("From the last change."),
        Kind.WORDS: _("From when they were passed on, so that they reach both and abuse can be looked into."),
        Kind.CONTACTS: _("From the answer, so that nobody is asked again too soon."),
        Kind.QUESTIONS: _("From when it was closed, for the case that it comes up again."),
        Kind.IMPORT_LINES: _(
            "From when the list was taken over, for the case that something was wrong with it. What the lines said "
            "went at once."
        ),
        Kind.IMPORTS: _("From when it ended, to see why. What the file said went at once."),
        Kind.SEARCHES: _("From the last look at it, so that no mentor is suggested twice."),
        Kind.MENTORSHIPS: _(
            "From the end. That the two were together stays, so that nobody brings them together again."
        ),
        Kind.LOOKS: _("From that day, so that members see who looked at them."),
        Kind.EXPORTS: _(
            "From the export, so that everybody in it can see it, and we know whom to tell if it gets lost."
        ),
        Kind.BREACHES: _("From the last change, to prove that those concerned were told."),
        Kind.AUDIT: _("From when it was written, to prove who looked at or changed data. It holds numbers, no names."),
        Kind.CHAT: _("From when it was said, so that a page shows it after a reload."),
        Kind.DRAFTS: _("From the last answer, so that the form can be taken up again."),
        Kind.ATTACHMENTS: _("From when they were sent, as long as a form can be taken up again."),
        Kind.NOTICES: _("From when they were sent, so that nobody gets too many in a week."),
        Kind.INBOX: _("From when they came, so that a repeated message is recognised."),
        Kind.GUESTS: _("From when they were last heard of."),
        Kind.SESSIONS: _("From the end of the session."),
        Kind.CODES: _("From their end, so that we can say what became of a code."),
        Kind.ATTEMPTS: _("From the first wrong one, so that nobody can guess."),
        Kind.LOOKUPS: _("From that day, so that nobody copies the directory."),
        Kind.JOBS: _("From when it was done, for the case that it failed."),
        Kind.FAULTS: _("From then, so that somebody who reads out a code can be helped."),
    }


def span_of(kind: Kind, keep: Keep) -> Markup:
    """How long a kind is kept: in full years, or in days."""
    return days_in_words(span(kind, keep).days)


def days_in_words(days: int) -> Markup:
    years, rest = divmod(days, DAYS_OF_A_YEAR)
    if years and not rest:
        return ngettext("{n} year", "{n} years", years).format(n=number(years))
    return ngettext("{n} day", "{n} days", days).format(n=number(days))
