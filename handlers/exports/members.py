"""Coordinators take data of the members they answer for away as a file: whom, for what, which parts, why, which format.

What is offered depends on what it is for (`bot.domain.exports`). The reason is typed; both can be read by everybody who
is in the file.
"""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_line
from bot.conversation.i18n import N_, _, named, ngettext, number, pgettext
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import EVERYONE, Audience, By, Condition
from bot.domain.exports import OFFERED, Part, Purpose, in_order
from bot.domain.scope import Scope
from db import exports, scopes, segments
from db.models.clubs import Club
from db.models.members import Member, Status
from handlers.choices import asked, list_clubs
from handlers.exports.links import MAX_REASON, About, Format, make

EVERYBODY, SEGMENT, CLUB = "everybody", "segment", "club"
SHORTEST_REASON = 10
LONGEST_LABEL = 40
# What Excel can open, less a little.
MOST_ROWS = 1_000_000


def export(turn: Turn) -> Outcome:
    """/export"""
    return forms.begin(turn, EXPORTING)


def purpose_names() -> dict[Purpose, Markup]:
    return {
        Purpose.LETTERS: _("Writing to them (without those who objected)"),
        Purpose.SELECTION: _("Choosing people for a programme"),
        Purpose.RECORDS: _("Keeping the university's records right"),
        Purpose.REPORT: _("A report (without names)"),
        Purpose.BREACH: _("Telling them of a data breach"),
    }


def part_names() -> dict[Part, Markup]:
    return {
        Part.NAME: pgettext("export", "Names"),
        Part.STUDIES: pgettext("export", "Studies and years"),
        Part.RELATION: pgettext("export", "Relation to us"),
        Part.TOPICS: pgettext("export", "Professional focus"),
        Part.PLACE: pgettext("export", "City and country"),
        Part.WORK: pgettext("export", "Function and employer"),
        Part.LANGUAGE: pgettext("export", "Language"),
    }


# --- the form --------------------------------------------------------------------------------------------------


def _whom(_asking: Asking) -> list[Choice]:
    return [
        Choice(EVERYBODY, _("Everybody I answer for")),
        Choice(SEGMENT, _("A segment")),
        Choice(CLUB, _("The members of a club")),
    ]


def _segments(asking: Asking) -> list[Choice]:
    return [Choice(str(row.id), shorten(row.name, LONGEST_LABEL)) for row in segments.all(asking.turn.session)]


def _purposes(_asking: Asking) -> list[Choice]:
    return [Choice(each.value, name) for each, name in purpose_names().items() if each is not Purpose.BREACH]


def _parts(asking: Asking) -> list[Choice]:
    names = part_names()
    purpose = asking.answers.get("purpose")
    return [Choice(part.value, names[part]) for part in OFFERED.get(Purpose(purpose), ())] if purpose else []


def _formats(_asking: Asking) -> list[Choice]:
    return [
        Choice(Format.XLSX, _("Excel (XLSX)")),
        Choice(Format.CSV, _("Plain table (CSV)")),
        Choice(Format.JSON, _("For programs (JSON)")),
    ]


def _check_reason(asking: Asking, typed: Any) -> str:
    reason = str(check_line(MAX_REASON)(asking, typed))
    if len(reason) < SHORTEST_REASON:
        raise Unfit(_("Please say it in a few more words: at least {n} characters.").format(n=SHORTEST_REASON))
    return reason


def _summary(asking: Asking) -> Markup:
    """How many people that would be."""
    people = exports.count(asking.turn.session, _condition(asking.turn, asking.answers))
    text = ngettext(
        "The data of {n} person would leave the house:", "The data of {n} people would leave the house:", people
    )
    return text.format(n=number(people))


def _condition(turn: Turn, answers: Answers) -> Any:
    audience, _name = _audience_or_refuse(turn, answers)
    return exports.meant(audience, turn.scope, Purpose(answers["purpose"]))


def _audience_or_refuse(turn: Turn, answers: Answers) -> tuple[Audience, str]:
    """Whom it is about, as it is now, and what they are called."""
    if answers["whom"] == SEGMENT:
        row = segments.find(turn.session, int(answers["segment"]))
        if row is not None:
            return segments.audience_of(row), row.name
    elif answers["whom"] == CLUB:
        club = turn.session.get(Club, int(answers["club"]))
        if club is not None:
            return Audience((Condition(By.CLUB, (club.id,)),)), named(club.names)
    else:
        return EVERYONE, str(_("everybody"))
    raise Refused(Reply(_("That is no longer there. Please begin again with /export."), (_last(),)))


def make_link(turn: Turn, answers: Answers) -> Reply:
    """A link, where there is anybody; what it hands out is decided when it is used, within this scope."""
    audience, name = _audience_or_refuse(turn, answers)
    people = exports.count(turn.session, _condition(turn, answers))
    if not people:
        return Reply(_("Nobody you answer for belongs to it, so there is nothing to export."), (_last(),))
    if people > MOST_ROWS and answers["format"] == Format.XLSX:
        return Reply(_("These are more people than Excel can open. Please choose CSV."), (_last(),))
    what = {
        "audience": audience.to_json(),
        "name": name,
        "scope": turn.scope.to_json(),
        "purpose": answers["purpose"],
        "parts": in_order(answers["parts"]),
    }
    text = _(
        "The file is behind the link below. It works for 15 minutes, in one browser and for you alone; please do not "
        "pass it on. Those who are in it will see in “My data” that it was taken, and what for. Delete it once it has "
        "served its purpose."
    )
    download = Button(_("Download the file"), url=make(turn, About.MEMBERS, what, answers))
    return Reply(text, ((download,), _last()), new=True)


def _last() -> tuple[Button, ...]:
    return (Button(_("Menu"), Go("menu")),)


def title_for(session: Session, owner: Member, prefill: Any) -> str | None:
    """What the file is called. Whoever lost the office, or answers for fewer people than when the link was made, takes
    nothing away: they can ask for another."""
    scope = scopes.scope_of(session, owner.id)
    if owner.status != Status.VERIFIED or scope.is_empty or not scope.includes(scope_of(prefill)):
        return None
    return str(_("Members: {whom}").format(whom=prefill["members"]["name"]).unescape())


def scope_of(prefill: Any) -> Scope:
    """Whom the file may be about at most."""
    return Scope.from_json(prefill["members"]["scope"])


EXPORTING = Form(
    name="export",
    title=lambda: _("Export of members"),
    summary=_summary,
    confirm=lambda: _("Make the link"),
    questions=(
        Question(
            name="whom",
            label=lambda: pgettext("export", "Whom"),
            prompt=lambda _asking: _("Whose data do you need?"),
            check=check_choice(_whom),
            choices=_whom,
            typed=False,
        ),
        Question(
            name="segment",
            label=lambda: _("Segment"),
            prompt=lambda asking: (
                _("Which segment?") if _segments(asking) else _("There is no segment yet. /segments makes one.")
            ),
            check=check_choice(_segments),
            choices=_segments,
            when=lambda answers: answers.get("whom") == SEGMENT,
            typed=False,
        ),
        Question(
            name="club",
            label=lambda: _("Club"),
            prompt=lambda _asking: _("Which club?"),
            check=check_choice(asked(list_clubs)),
            choices=asked(list_clubs),
            when=lambda answers: answers.get("whom") == CLUB,
            typed=False,
        ),
        Question(
            name="purpose",
            label=lambda: pgettext("export", "What for"),
            prompt=lambda _asking: _("What is it for? That decides what can be in the file."),
            check=check_choice(_purposes),
            choices=_purposes,
            typed=False,
        ),
        Question(
            name="parts",
            label=lambda: pgettext("export", "What"),
            prompt=lambda _asking: _(
                "What do you need? Please take no more than that. Contact lines are in no export: people give them to "
                "one person at a time."
            ),
            check=check_choice(_parts),
            choices=_parts,
            several=True,
            builds_on="purpose",
            per_page=8,
        ),
        Question(
            name="reason",
            label=lambda: _("Reason"),
            prompt=lambda _asking: _(
                "Why? Please say it in a sentence. The reason is kept, and everybody in the file can read it together "
                "with their data. Please name nobody in it."
            ),
            check=_check_reason,
        ),
        Question(
            name="format",
            label=lambda: _("Format"),
            prompt=lambda _asking: _("In which format?"),
            check=check_choice(_formats),
            choices=_formats,
            typed=False,
        ),
    ),
    finish=make_link,
)


def register(router: Router) -> None:
    router.command("export", export, gate=Gate.COORDINATOR, about=N_("Take members' data away as a file"))
    router.form(EXPORTING, gate=Gate.COORDINATOR)
