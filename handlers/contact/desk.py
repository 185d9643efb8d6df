"""Central coordinators say who is the fixed person for an institution or a topic."""

from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import N_, _, labelled
from bot.conversation.reply import Button, Go, Reply, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.questions_to_office import TOPICS, About, Subject
from db import desks, lists, members
from db.models.members import Member
from handlers.contact.buttons import FixDesk, ListDesks, OpenDesk
from handlers.contact.wording import name_coordinator, name_subject

PAGE = 6


def desk(turn: Turn) -> Reply:
    """/desk"""
    return list_desks(turn, ListDesks())


def list_desks(turn: Turn, tap: ListDesks, note: Markup | None = None) -> Reply:
    """The topics and the institutions, each with its fixed person."""
    subjects, fixed = _subjects(turn), desks.all_fixed(turn.session)
    page = min(max(tap.page, 0), (len(subjects) - 1) // PAGE)
    shown = subjects[page * PAGE : (page + 1) * PAGE]
    buttons = [Button(_label(turn, each, fixed.get(each)), OpenDesk(each.about, each.institution)) for each in shown]
    text = _(
        "<b>Fixed contact persons</b>\nWho writes about one of these reaches the person you choose, and whoever stands "
        "in for them. Where nobody is fixed, it reaches those who answer for the member."
    )
    rows = (*column(*buttons), *leaves(ListDesks, page, more=(page + 1) * PAGE < len(subjects)), *_last())
    return Reply(Markup("{}\n\n{}").format(note, text) if note else text, rows)


def _subjects(turn: Turn) -> list[Subject]:
    return [*TOPICS, *(Subject(About.INSTITUTION, each.id) for each in lists.institutions(turn.session))]


def _label(turn: Turn, subject: Subject, fixed: Member | None) -> str:
    name = shorten(name_subject(turn.session, subject), 32)
    return str(labelled(name, name_coordinator(fixed) if fixed is not None else "–"))


def _last() -> tuple[tuple[Button, ...], ...]:
    return ((Button(_("Questions"), Go("inbox")), Button(_("Menu"), Go("menu"))),)


def open_desk(turn: Turn, tap: OpenDesk) -> Reply:
    """Everybody who could be fixed for it."""
    subject = _subject_of(turn, tap)
    if subject is None:
        return _gone(turn)
    found = desks.coordinators(turn.session)
    page = min(max(tap.page, 0), max(len(found) - 1, 0) // PAGE)
    shown = found[page * PAGE : (page + 1) * PAGE]
    to = partial(FixDesk, subject.about, subject.institution)
    rows = (
        *column(*(Button(name_coordinator(each), to(each.id)) for each in shown)),
        *leaves(partial(OpenDesk, subject.about, subject.institution), page, more=(page + 1) * PAGE < len(found)),
        (Button(_("Nobody fixed"), to()), Button(_("All contacts"), Go("desk"))),
    )
    return Reply(_("Who is the fixed person for {about}?").format(about=name_subject(turn.session, subject)), rows)


def _subject_of(turn: Turn, tap: OpenDesk | FixDesk) -> Subject | None:
    subject = Subject(tap.about, tap.institution)
    return subject if subject in _subjects(turn) else None


def _gone(turn: Turn) -> Reply:
    return list_desks(turn, ListDesks(), _("This is no longer among the things people write about."))


def fix(turn: Turn, tap: FixDesk) -> Reply:
    subject = _subject_of(turn, tap)
    if subject is None:
        return _gone(turn)
    if tap.member is not None and not desks.those_who_may(turn.session, [tap.member]):
        return list_desks(turn, ListDesks(), _("This person is not (any more) a coordinator. Nothing has changed."))
    desks.fix(turn.session, subject, tap.member)
    number = members.load(turn.session, tap.member).number if tap.member is not None else None
    turn.record("desk_fixed", number, about=subject.about.value, institution=subject.institution)
    name = name_subject(turn.session, subject)
    return list_desks(turn, ListDesks(), _("Changed: {about}").format(about=name))


def register(router: Router) -> None:
    router.command("desk", desk, gate=Gate.CENTRAL, about=N_("Who is the fixed contact person for what"))
    router.tap(ListDesks, list_desks, gate=Gate.CENTRAL)
    router.tap(OpenDesk, open_desk, gate=Gate.CENTRAL)
    router.tap(FixDesk, fix, gate=Gate.CENTRAL)
