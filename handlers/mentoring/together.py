"""The two of a mentorship: who is together with whom, and how they reach each other."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day, listed
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.matching import Format
from db import directory, members, mentorships, surveys
from db.models.mentoring import Mentorship
from handlers.mentoring.buttons import AnotherMentor, ListMentorships, OpenMentorship
from handlers.mentoring.meeting_times import coming_line
from handlers.mentoring.pair import (
    Pair,
    find_pair,
    last_row,
    not_yours,
    open_button,
    pair_told,
    paragraphs,
    write_button,
)
from handlers.mentoring.together_buttons import AskToClose, FindTime, ShareContact, TakeMentoringSurvey
from handlers.mentoring.wording import format_names
from handlers.people.released import full_name_of, lines_about


@dataclass(frozen=True, slots=True)
class ContactOffered(Notice, kind="contact_offered"):
    """The other one shares their contact line; where both do, here it is."""

    mentorship: int

    def compose(self, at: Composing) -> Reply | None:
        pair = pair_told(at, self.mentorship)
        if pair is None or pair.name is None or not mentorships.shares(pair.row, pair.other):
            return None
        if mentorships.shares(pair.row, pair.reader):
            return Reply(_both_lines(at.session, pair), column(open_button(pair.row.id)))
        text = _(
            "<b>{name}</b> would like to exchange contact lines with you. If you share yours as well, each of you sees "
            "the line of the other."
        ).format(name=pair.name)
        return Reply(
            text, column(Button(_("Share my contact"), ShareContact(pair.row.id, True)), open_button(pair.row.id))
        )


@dataclass(frozen=True, slots=True)
class MentorshipEnded(Notice, kind="mentorship_ended"):
    """To the other one of the two. `left`: they were closed because somebody left the network, who is not named."""

    mentorship: int
    left: bool = False

    def compose(self, at: Composing) -> Reply | None:
        pair = find_pair(at.session, self.mentorship, at.member.id)
        if not directory.is_in_network(at.session, at.member.id):
            return None
        if pair is None or pair.name is None or self.left:
            text = _("A mentorship of yours has ended: the other person is no longer in the network. Thank you for it!")
        elif pair.is_active:
            return None
        else:
            text = _(
                "<b>{name}</b> has closed your mentorship. That is part of it and nothing to worry about. Thank you "
                "for the time you gave each other!"
            ).format(name=pair.name)
        return Reply(text, after_the_end(at.session, pair))


def list_mentorships(turn: Turn, _tap: ListMentorships) -> Reply:
    """With whom I am together."""
    found = mentorships.of_member(turn.session, turn.me.id)
    if not found:
        return Reply(
            _("You are in no mentorship at present."),
            (
                (Button(_("Find a mentor"), Go("mentors")), Button(_("Be a mentor"), Go("mentor"))),
                (Button(_("Menu"), Go("menu")),),
            ),
        )
    others = {row.id: mentorships.other_of(row, turn.me.id) for row in found}
    names = directory.names_of(turn.session, others.values())
    labels = {row.id: names.get(others[row.id]) for row in found}
    buttons = [Button(labels[row.id] or _("No longer here"), OpenMentorship(row.id)) for row in found]
    return Reply(_whom(turn.me.id, found, labels), (*pairs(*buttons), (Button(_("Menu"), Go("menu")),)))


def _whom(me: int, found: list[Mentorship], labels: dict[int, str | None]) -> Markup:
    """The mentors in one line, the mentees in another."""
    heads = {False: _("Your mentors: {names}"), True: _("Your mentees: {names}")}
    lines = []
    for mentoring, head in heads.items():
        names = [labels[row.id] or str(_("No longer here")) for row in found if (row.mentor_id == me) is mentoring]
        lines += [head.format(names=listed(names))] if names else []
    return Markup("\n").join(lines)


def open_mentorship(turn: Turn, tap: OpenMentorship) -> Reply:
    """The two of us."""
    pair = find_pair(turn.session, tap.mentorship, turn.me.id)
    return mentorship_card(turn, pair) if pair is not None else not_yours()


def mentorship_card(turn: Turn, pair: Pair, note: Markup | None = None) -> Reply:
    """The card as it is now, with a `note` above it."""
    if not pair.is_active:
        return Reply(paragraphs(note, _past(pair)), after_the_end(turn.session, pair))
    released = directory.released(turn.session, turn.me.id, pair.other)
    if released is None:
        text = _("This person cannot be found here any more.")
        return Reply(paragraphs(note, text, _goal(pair)), _rows_without_other(turn.session, pair))
    head = Markup("\n").join([Markup("<b>{}</b>").format(full_name_of(released)), _since(pair)])
    about = Markup("\n").join(lines_about(released))
    text = paragraphs(
        note, head, about, _goal(pair), coming_line(turn.session, pair, turn.now), _contact(turn.session, pair)
    )
    return Reply(text, _rows(turn.session, pair))


def _since(pair: Pair) -> Markup:
    began = day(pair.row.began_at)
    text = _("You are the mentor, since {day}.") if pair.reader_is_mentor else _("Your mentor since {day}.")
    return text.format(day=began)


def _goal(pair: Pair) -> Markup:
    names = format_names()
    shape = names.get(Format(pair.row.format), Markup(""))
    return Markup("\n").join(
        [_("<b>Goal:</b> {goal}").format(goal=pair.row.goal), _("<b>Format:</b> {formats}").format(formats=shape)]
    )


def _past(pair: Pair) -> Markup:
    began, ended = day(pair.row.began_at), day(pair.row.ended_at or pair.row.began_at)
    if pair.name is None:
        return _("This mentorship lasted from {began} to {ended}. Thank you for it!").format(began=began, ended=ended)
    return _("Your mentorship with {name} lasted from {began} to {ended}. Thank you for it!").format(
        name=pair.name, began=began, ended=ended
    )


def _contact(session: Session, pair: Pair) -> Markup | None:
    """Both contact lines where both share theirs; else who of the two does. Nothing where neither does."""
    mine, theirs = (mentorships.shares(pair.row, who) for who in (pair.reader, pair.other))
    if mine and theirs:
        return _both_lines(session, pair)
    if mine:
        return _("You share your contact. Both of you see each other's line once {name} shares as well.").format(
            name=pair.name
        )
    if theirs:
        return _("{name} shares a contact line: you see it once you share yours as well.").format(name=pair.name)
    return None


def _both_lines(session: Session, pair: Pair) -> Markup:
    none = Markup("–")
    theirs, mine = (members.load(session, who).contact or none for who in (pair.other, pair.reader))
    return _("<b>Contact of {name}:</b> {theirs}\n{name} sees yours: {mine}").format(
        name=pair.name, theirs=theirs, mine=mine
    )


def _rows(session: Session, pair: Pair) -> Rows:
    ref = pair.row.id
    shared = mentorships.shares(pair.row, pair.reader)
    sharing = _("Stop sharing contact") if shared else _("Share my contact")
    return (
        (write_button(ref), Button(_("Find a time"), FindTime(ref))),
        (Button(sharing, ShareContact(ref, not shared)),),
        *_rows_without_other(session, pair),
    )


def _rows_without_other(session: Session, pair: Pair) -> Rows:
    close = Button(_("Close the mentorship"), AskToClose(pair.row.id))
    return (*column(close, *_another(session, pair)), last_row())


def after_the_end(session: Session, pair: Pair | None) -> Rows:
    """What one may want to do next: say how it was, and look for somebody else."""
    if pair is None:
        return (last_row(),)
    survey = surveys.of_occasion(session, survey_occasion(pair.row))
    asked = survey is not None and surveys.participation(session, survey.id, pair.reader) == "asked"
    tell = [Button(_("Tell how it was"), TakeMentoringSurvey(survey.id))] if survey is not None and asked else []
    return (*column(*tell, *_another(session, pair)), last_row())


def survey_occasion(mentorship: Mentorship) -> str:
    """The survey of the year in which a mentorship ended."""
    ended = mentorship.ended_at
    return f"mentoring:{ended.year}" if ended is not None else ""


def _another(session: Session, pair: Pair) -> list[Button]:
    """For a mentee: somebody else, without giving a reason."""
    search = None if pair.reader_is_mentor else mentorships.search_of(session, pair.row)
    return [Button(_("Another mentor"), AnotherMentor(search))] if search is not None else []


def register(router: Router) -> None:
    router.tap(ListMentorships, list_mentorships, gate=Gate.NETWORK)
    router.tap(OpenMentorship, open_mentorship, gate=Gate.NETWORK)
    router.notice(ContactOffered)
    router.notice(MentorshipEnded)
