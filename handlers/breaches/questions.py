"""What is asked about a breach: what happened, whose or which it was, from when until when, since when it is known."""

from typing import Any

from sqlalchemy.orm import Session

from bot.conversation.checks import check_choice
from bot.conversation.i18n import _, day, when
from bot.conversation.past_days import past_day_question
from bot.conversation.questions import Asking, Choice, Question, Unfit
from bot.domain.breach import SPANNED, Breach
from bot.domain.exports import Purpose
from db import breaches, events, questionnaires
from db.breaches import INVITATIONS
from db.models.privacy import Audit
from handlers.announcements.listing import first_words
from handlers.breaches.wording import breach_names
from handlers.coordination.whom import PERSON
from handlers.events.card import title_of
from handlers.exports.members import purpose_names
from handlers.surveys.naming import title_of as survey_title

OFFERED = 24


def _kinds(_asking: Asking) -> list[Choice]:
    return [Choice(kind, name) for kind, name in breach_names().items()]


def _coordinators(asking: Asking) -> list[Choice]:
    return [Choice(str(each.id), each.full_name or each.number) for each in breaches.coordinators(asking.turn.session)]


def _exports(asking: Asking) -> list[Choice]:
    session = asking.turn.session
    return [
        Choice(str(line.id), f"{when(line.at)} · {_list_name(session, line)}")
        for line in breaches.exports(session, OFFERED)
    ]


def _list_name(session: Session, line: Audit) -> str:
    """The event or survey it was about; of members, what it was for; else that it was to invite people."""
    if line.action == INVITATIONS:
        return str(_("Invitations"))
    export = breaches.export_of(session, line)
    if export is not None:
        return str(purpose_names()[Purpose(export.purpose)].unescape())
    survey = questionnaires.find(session, int(line.details.get("survey", 0)))
    event = events.load(session, int(line.details.get("event", 0)))
    return survey_title(survey) if survey is not None else title_of(event) if event is not None else "–"


def _announcements(asking: Asking) -> list[Choice]:
    return [Choice(str(row.id), f"{day(row.changed_at)} · {first_words(row)}") for row in
            breaches.sent(asking.turn.session, OFFERED)]  # fmt: skip


def _is(*kinds: Breach) -> Any:
    return lambda answers: answers.get("kind") in kinds


def _check_kind(asking: Asking, value: Any) -> str:
    """What nobody has exported or announced cannot have got lost."""
    kind = check_choice(_kinds)(asking, value)
    nothing = {
        Breach.EXPORT: (_exports, _("No list has been exported so far.")),
        Breach.ANNOUNCEMENT: (_announcements, _("No announcement has gone out so far.")),
    }
    if kind in nothing and not nothing[Breach(kind)][0](asking):
        raise Unfit(nothing[Breach(kind)][1])
    return str(kind)


def _choice(name: str, kind: Breach, label: Any, prompt: Any, choices: Any) -> Question:
    return Question(
        name=name,
        label=label,
        prompt=prompt,
        check=check_choice(choices),
        choices=choices,
        when=_is(kind),
        builds_on="kind",
        typed=False,
    )


QUESTIONS = (
    Question(
        name="kind",
        label=lambda: _("What happened"),
        prompt=lambda _asking: _("What happened? We find out who is concerned and what is due. Nobody is told yet."),
        check=_check_kind,
        choices=_kinds,
        typed=False,
    ),
    _choice(
        "coordinator",
        Breach.DEVICE,
        lambda: _("Whose device"),
        lambda _asking: _("Whose device is it?"),
        _coordinators,
    ),
    Question(
        name="person",
        label=lambda: _("Who"),
        prompt=lambda _asking: _("As whom was somebody else signed in? Please write the name."),
        check=PERSON.check,
        search=PERSON.search,
        show=PERSON.show,
        when=_is(Breach.ACCESS),
        builds_on="kind",
    ),
    _choice("export", Breach.EXPORT, lambda: _("List"), lambda _asking: _("Which list?"), _exports),
    _choice(
        "announcement",
        Breach.ANNOUNCEMENT,
        lambda: _("Announcement"),
        lambda _asking: _("Which announcement?"),
        _announcements,
    ),
    past_day_question(
        "since",
        lambda: _("From"),
        lambda _asking: _(
            "From which day on could it be read? The chat still shows what was read before, so the day the history "
            "begins may be right. Tap a day, or write one."
        ),
        when=_is(*SPANNED),
        builds_on="kind",
    ),
    past_day_question(
        "until",
        lambda: _("Until"),
        lambda _asking: _("Until which day?"),
        when=_is(*SPANNED),
        builds_on="kind",
    ),
    past_day_question(
        "known",
        lambda: _("Known since"),
        lambda _asking: _("On which day did you learn of it? From then on 72 hours count."),
    ),
)
