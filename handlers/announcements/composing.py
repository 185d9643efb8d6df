"""Ambassadors and coordinators write an announcement by one form; it becomes a draft that they look at before it goes
out, and can change."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.dates import NONE
from bot.conversation.i18n import N_, _, language, ngettext, number
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import ANSWERS, Audience, By, Condition, Group, answer_value
from db import announcements, attachments, audience, drafts, events, members, segments
from db.models.announcements import Announcement, AnnouncementState
from handlers.announcements.buttons import ChangeAnnouncement, NewAnnouncement, WriteAboutEvent, WriteToClub
from handlers.announcements.card import draft_card
from handlers.announcements.listing import list_announcements, may_speak_or_refuse
from handlers.announcements.questions import ANSWERED, EVENT, EVERYBODY, ID, MEANT, QUESTIONS, SILENT, moment_of
from handlers.announcements.recipients import those_told
from handlers.announcements.wording import count_messages
from handlers.choices import SPOKEN
from handlers.events.organising import may_organise_or_refuse
from handlers.segments.buttons import WriteToSegment

LINKS = ("event", "club", "survey", "web")
# What of a form belongs to those it is for.
ADDRESSED = (ID, EVENT, "to")


def announce(turn: Turn) -> Outcome:
    """/announce: what is half written goes on; whoever has written before sees that first."""
    if drafts.find(turn.connection, turn.me.id, ANNOUNCING.name) is not None:
        return forms.begin(turn, ANNOUNCING)
    if announcements.has_any(turn.session, turn.me.id):
        return list_announcements(turn)
    return begin_announcement(turn, None)


def begin_announcement(turn: Turn, _tap: Any) -> Outcome:
    return _begin(turn, {})


def _begin(turn: Turn, known: Mapping[str, Any]) -> Outcome:
    """A form in which what is known is not asked. What was half written is kept, for those it is for now."""
    written = drafts.find(turn.connection, turn.me.id, ANNOUNCING.name)
    kept = {} if written is None else {name: said for name, said in written.answers.items() if name not in ADDRESSED}
    drafts.drop(turn.connection, turn.me.id, ANNOUNCING.name)
    led = members.led_clubs(turn.session, turn.me.id)
    if not led and not members.is_coordinator(turn.session, turn.me.id):
        raise Refused(Reply(_("This is for the club's ambassador."), column(Button(_("Menu"), Go("menu")))))
    only = {"to": f"c{led[0]}"} if len(led) == 1 and not members.is_coordinator(turn.session, turn.me.id) else {}
    return forms.begin(turn, ANNOUNCING, {**kept, **only, **known})


def _defaults(_turn: Turn) -> Answers:
    return {SPOKEN: language(), "languages": [], "file": None, "button": NONE, "when": "now"}


def write_to_club(turn: Turn, tap: WriteToClub) -> Outcome:
    return _begin(turn, {"to": f"c{tap.club}"})


def write_to_segment(turn: Turn, tap: WriteToSegment) -> Outcome:
    return _begin(turn, {"to": f"s{tap.segment}"})


def write_about_event(turn: Turn, tap: WriteAboutEvent) -> Outcome:
    """The announcement of a meetup, with its answers below: only the text is asked."""
    event = may_organise_or_refuse(turn, tap.event)
    return _begin(turn, {EVENT: event.id, "to": SILENT if event.invited_only else MEANT, "button": NONE})


def change_announcement(turn: Turn, tap: ChangeAnnouncement) -> Outcome:
    """Opens the last card of the form with the draft as it is."""
    found = may_speak_or_refuse(turn, tap.announcement)
    if found.state != AnnouncementState.DRAFT:
        raise Refused(Reply(_("This is no longer a draft, so it can no longer be changed."), _back()))
    return forms.begin_anew(turn, ANNOUNCING, _answers_of(turn, found))


def _back() -> Any:
    return column(Button(_("Announcements"), Go("announce")), Button(_("Menu"), Go("menu")))


def save(turn: Turn, answers: Answers) -> Reply:
    """The draft, and how it looks. The scope of an ambassador is written into it."""
    if answers.get(ID):
        found = may_speak_or_refuse(turn, int(answers[ID]), lock=True)
        if found.state != AnnouncementState.DRAFT:
            raise Refused(Reply(_("This is no longer a draft, so it can no longer be changed."), _back()))
    else:
        found = Announcement(author_id=turn.me.id, created_at=turn.now, state=AnnouncementState.DRAFT)
    _fill(turn, found, answers)
    turn.session.add(found)
    turn.session.flush()
    may_speak_or_refuse(turn, found.id)
    turn.record("announcement_saved", announcement=found.id)
    return draft_card(turn, found)


def _fill(turn: Turn, row: Announcement, answers: Answers) -> None:
    """Bring a row in line with the answers."""
    row.texts = {answers[SPOKEN]: answers["text"]} | {
        tag: answers[f"text_{tag}"] for tag in answers.get("languages") or [] if answers.get(f"text_{tag}")
    }
    _address(turn, row, answers)
    file = attachments.own(turn.session, int(answers["file"]), turn.me.id) if answers.get("file") else None
    row.attachment_id = file.id if file is not None else None
    kind = answers.get("button", NONE)
    row.button = {"kind": kind, "to": answers[f"to_{kind}"]} if kind in LINKS else None
    row.morning = answers["when"] in ("morning", "day")
    row.wanted_at = moment_of(Asking(turn, answers))
    row.changed_at = turn.now


def _address(turn: Turn, row: Announcement, answers: Answers) -> None:
    """Whom it is for, and as whom it speaks: whoever leads the club speaks for the club."""
    session, to = turn.session, answers["to"]
    led = members.led_clubs(session, turn.me.id)
    row.segment = None
    if answers.get(EVENT):
        event = may_organise_or_refuse(turn, int(answers[EVENT]))
        row.event_id = event.id
        row.club_id = event.club_id if event.club_id in led else None
        row.audience = _around(to, event.id, events.audience_of(event)).to_json()
    elif to.startswith("c"):
        club = int(to[1:])
        row.club_id = club if club in led else None
        row.audience = Audience((Condition(By.CLUB, (club,)),)).to_json()
    elif to.startswith("s"):
        segment = segments.find(session, int(to[1:]))
        if segment is None:
            raise Refused(Reply(_("This segment no longer exists."), _back()))
        row.audience, row.segment = segment.audience, segment.name
    else:
        assert to == EVERYBODY
        row.audience = {}
    if row.club_id is None:
        row.audience = turn.scope.narrow(Audience.from_json(row.audience)).to_json()


def _around(to: str, event: int, meant: Audience) -> Audience:
    """Those around an event, as an audience."""
    if to in ANSWERED:
        said = next(answer for answer, states in ANSWERS.items() if ANSWERED[to] in states)
        return Audience((Condition(By.ANSWERED, (answer_value(event, said),)),))
    if to == SILENT:
        return meant.asking(Group.NONE, By.ANSWERED, tuple(answer_value(event, answer) for answer in ANSWERS))
    return meant


def _answers_of(turn: Turn, row: Announcement) -> Answers:
    """A draft as the form's answers."""
    spoken = language() if language() in row.texts else next(iter(row.texts))
    button = row.button or {}
    answers: Answers = {
        **_defaults(turn),
        ID: row.id,
        SPOKEN: spoken,
        "to": _receiver_of(turn.session, row),
        "text": row.texts[spoken],
        "languages": [tag for tag in row.texts if tag != spoken],
        "file": str(row.attachment_id) if row.attachment_id else None,
        "button": button.get("kind", NONE),
        "when": _when(row),
    }
    if row.event_id is not None:
        answers[EVENT] = row.event_id
    if button:
        answers[f"to_{button['kind']}"] = button["to"]
    if row.wanted_at is not None:
        local = row.wanted_at.astimezone(ZoneInfo(turn.me.zone))
        answers |= {"day": local.date().isoformat(), "time": local.strftime("%H:%M")}
    return answers | {f"text_{tag}": row.texts[tag] for tag in answers["languages"]}


def _when(row: Announcement) -> str:
    if row.wanted_at is None:
        return "morning" if row.morning else "now"
    return "day" if row.morning else "time"


def _receiver_of(session: Session, row: Announcement) -> str | None:
    """The choice that gave this audience; None where it is no longer offered, so that it is asked again."""
    if row.event_id is not None:
        event = events.load(session, row.event_id)
        meant = events.audience_of(event) if event is not None else Audience()
        keys = (MEANT, SILENT, *ANSWERED)
        return next((key for key in keys if _around(key, row.event_id, meant).to_json() == row.audience), None)
    if row.segment is not None:
        segment = segments.called(session, row.segment)
        return f"s{segment.id}" if segment is not None else None
    club = row.audience.get("club")
    return f"c{club[0]}" if club else EVERYBODY


def _summary(asking: Asking) -> Markup:
    """How many it reaches, at once; in how many messages a long text goes out."""
    turn, answers = asking.turn, asking.answers
    row = Announcement(author_id=turn.me.id, texts={}, event_id=None, club_id=None)
    with turn.session.no_autoflush:
        _address(turn, row, answers)
        told = audience.count(turn.session, *those_told(row))
    head = ngettext(
        "<b>This goes to {n} person.</b> Tap a line below to change it.",
        "<b>This goes to {n} people.</b> Tap a line below to change it.",
        told,
    ).format(n=number(told))
    parts = count_messages(answers["text"])
    if parts < 2:
        return head
    warning = ngettext(
        "The text is too long for one message: it goes out in {n} messages, cut between paragraphs.",
        "The text is too long for one message: it goes out in {n} messages, cut between paragraphs.",
        parts,
    ).format(n=parts)
    return Markup("{}\n\n{}").format(head, warning)


ANNOUNCING = Form(
    name="announce",
    title=lambda: _("Announcement"),
    questions=QUESTIONS,
    finish=save,
    summary=_summary,
    confirm=lambda: _("Look at it"),
    starts=_defaults,
)


def register(router: Router) -> None:
    router.command("announce", announce, gate=Gate.AMBASSADOR, about=N_("Write to many"))
    router.tap(NewAnnouncement, begin_announcement, gate=Gate.AMBASSADOR)
    router.tap(WriteToClub, write_to_club, gate=Gate.AMBASSADOR)
    router.tap(WriteToSegment, write_to_segment, gate=Gate.COORDINATOR)
    router.tap(WriteAboutEvent, write_about_event, gate=Gate.AMBASSADOR)
    router.tap(ChangeAnnouncement, change_announcement, gate=Gate.AMBASSADOR)
    router.form(ANNOUNCING, gate=Gate.AMBASSADOR)
