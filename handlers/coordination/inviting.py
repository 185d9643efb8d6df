"""People who are on record and not registered are invited: with letters to print, or through the university's mailer.

Here only a link is made. The codes are made while the letters or the table are handed out
(`handlers.exports.invitations`), so that nobody else can know them.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_years
from bot.conversation.i18n import LANGUAGES, N_, _, day, named, ngettext, number, pgettext
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from bot.domain.inviting import MOST_LETTERS, REST, Way, Whom
from bot.domain.people import read_years
from bot.domain.scope import Scope
from db import imports, inviting, scopes
from db.models.members import Member, Status
from handlers.choices import programmes_in_scope
from handlers.coordination.import_buttons import InviteListed, OpenImport
from handlers.coordination.importing import find_or_refuse
from handlers.coordination.kept_out import may_be_fewer, to_invite
from handlers.exports.files import REASON
from handlers.exports.links import About, Format, make

LISTED, LATELY = "_listed", "_lately"
ALL = "0"
OTHERS, EVERYBODY = "others", "everybody"


def invite(turn: Turn) -> Outcome:
    """/invite: people of an institution, of a programme, of some years."""
    return forms.begin_about(turn, INVITING, LISTED, {LISTED: None})


def invite_listed(turn: Turn, tap: InviteListed) -> Outcome:
    """People of one list."""
    row = find_or_refuse(turn, tap.number)
    meant = to_invite(turn.session, turn.house, inviting.meant(Whom(row.id), turn.scope))
    if not inviting.figures(turn.session, meant, turn.now).people:
        text = _("All people of this list whom you answer for are registered.")
        return Reply(text, column(Button(_("To the list"), OpenImport(row.id))))
    return forms.begin_about(turn, INVITING, LISTED, {LISTED: row.id})


# --- the form --------------------------------------------------------------------------------------------------------


def _is_free(answers: Answers) -> bool:
    return answers.get(LISTED) is None


def _institutions(asking: Asking) -> list[Choice]:
    found = imports.institutions(asking.turn.session, asking.turn.scope)
    return [Choice(str(row.id), named(row.names)) for row in found]


def _programmes(asking: Asking) -> list[Choice]:
    return [Choice(ALL, _("All I answer for")), *programmes_in_scope(asking)]


def _ways(_asking: Asking) -> list[Choice]:
    return [Choice(Way.LETTERS, _("Letters to print")), Choice(Way.MAILER, _("Table for the mailer"))]


def _again(_asking: Asking) -> list[Choice]:
    return [Choice(OTHERS, _("Only the others")), Choice(EVERYBODY, _("Everybody again"))]


def _languages(_asking: Asking) -> list[Choice]:
    return [Choice(tag, name) for tag, name in LANGUAGES.items()]


def whom_of(answers: Answers, now: datetime) -> Whom:
    if answers.get(LISTED) is not None:
        return Whom(answers[LISTED])
    programme, years = answers.get("programme"), read_years(answers.get("years") or "", now.year)
    first, last = years or (None, None)
    return Whom(
        institution=int(answers["institution"]),
        programme=int(programme) if programme and programme != ALL else None,
        first=first or last,
        last=last,
    )


def _figures(asking: Asking, way: Way | None = None) -> inviting.Figures:
    """Of those who could be reached that way."""
    turn = asking.turn
    condition = inviting.meant(whom_of(asking.answers, turn.now), turn.scope)
    if way is not None:
        condition &= inviting.reached_by(way)
    return inviting.figures(turn.session, to_invite(turn.session, turn.house, condition), turn.now - REST)


def _prompt_ways(asking: Asking) -> Markup:
    found = _figures(asking)
    lines = [
        ngettext(
            "<b>{n} person on record is not registered.</b>", "<b>{n} people on record are not registered.</b>",
            found.people,
        ).format(n=number(found.people)),
        _("With an e-mail address: {n}").format(n=number(found.with_email)),
        _invited_before(found),
    ]  # fmt: skip
    return Markup("\n\n").join([Markup("\n").join(lines), _("How shall they be invited?")])


def _invited_before(found: inviting.Figures) -> Markup:
    if found.last is None:
        return _("None of them was invited before.")
    text = ngettext(
        "Invited before: {n}, last on {day}", "Invited before: {n}, the last of them on {day}", found.invited
    )
    return text.format(n=number(found.invited), day=day(found.last))


def _note_lately(asking: Asking, value: Any) -> None:
    asking.answers[LATELY] = _figures(asking, Way(value)).lately


def _prompt_again(asking: Asking) -> Markup:
    found = asking.answers.get(LATELY) or 0
    text = ngettext(
        "{n} of them was invited within the last 90 days. Shall they be written to again? Codes that they have then "
        "open nothing any more.",
        "{n} of them were invited within the last 90 days. Shall they be written to again? Codes that they have then "
        "open nothing any more.",
        found,
    )
    return text.format(n=number(found))


def _summary(asking: Asking) -> Markup:
    found = _count(asking.turn, asking.answers)
    text = ngettext("<b>{n} person would be invited.</b>", "<b>{n} people would be invited.</b>", found)
    lines = [text.format(n=number(found))]
    if asking.answers["way"] == Way.LETTERS and found > MOST_LETTERS:
        lines.append(
            _("At most {n} letters are made at once; for the others please begin again afterwards.").format(
                n=number(MOST_LETTERS)
            )
        )
    if may_be_fewer(asking.turn.session, asking.turn.house, found):
        lines.append(
            _("Those who objected or asked to be erased are left out when the codes are made, so it may be a few less.")
        )
    return Markup("\n").join(lines)


def _count(turn: Turn, answers: Answers) -> int:
    condition = to_invite(turn.session, turn.house, condition_of(_what(turn, answers), turn.now))
    return inviting.figures(turn.session, condition, turn.now).people


def _what(turn: Turn, answers: Answers) -> dict[str, Any]:
    """What the link hands out, as it is stored with it."""
    return {
        "whom": whom_of(answers, turn.now).to_json(),
        "scope": turn.scope.to_json(),
        "way": answers["way"],
        "again": answers.get("again") == EVERYBODY,
        "language": answers.get("language"),
    }


def condition_of(what: dict[str, Any], now: datetime) -> Any:
    """Whom a stored link is about, as it is now."""
    condition = inviting.meant(Whom.from_json(what["whom"]), Scope.from_json(what["scope"]))
    condition &= inviting.reached_by(Way(what["way"]))
    return condition if what["again"] else condition & inviting.not_since(now - REST)


def make_link(turn: Turn, answers: Answers) -> Reply:
    if not _count(turn, answers):
        return Reply(_("There is nobody to invite in this way, so nothing was made."), (_last(),))
    is_paper = answers["way"] == Way.LETTERS
    kind = Format.HTML if is_paper else Format.CSV
    url = make(turn, About.INVITATIONS, _what(turn, answers), {"format": kind, "reason": answers["reason"]})
    text = _(
        "The link below works for 15 minutes, in one browser and for you alone, until everything has come. The codes "
        "are made when you open it, and are kept nowhere else: whoever holds one is taken for the person it was made "
        "for. If it breaks off, press the button again; codes made before then open nothing any more."
    )
    button = Button(_("Open the letters") if is_paper else _("Download the table"), url=url)
    return Reply(text, ((button,), _last()), new=True)


def _last() -> tuple[Button, ...]:
    return Button(pgettext("imports", "Lists"), Go("import")), Button(_("Menu"), Go("menu"))


def title_for(session: Session, owner: Member, prefill: Any) -> str | None:
    """What the file is called. Whoever lost the office, or answers for fewer people than when the link was made, takes
    nothing away."""
    scope = scopes.scope_of(session, owner.id)
    stored = Scope.from_json(prefill["invitations"]["scope"])
    if owner.status != Status.VERIFIED or scope.is_empty or not scope.includes(stored):
        return None
    return str(_("Invitations"))


INVITING = Form(
    name="invite",
    title=lambda: _("Invite people"),
    summary=_summary,
    confirm=lambda: _("Make the link"),
    starts=None,
    finish=make_link,
    questions=(
        Question(
            name="institution",
            label=lambda: _("Institution"),
            prompt=lambda _asking: _("People of which institution shall be invited?"),
            check=check_choice(_institutions),
            choices=_institutions,
            when=_is_free,
            typed=False,
        ),
        Question(
            name="programme",
            label=lambda: _("Programme"),
            prompt=lambda _asking: _("Of which programme?"),
            check=check_choice(_programmes),
            choices=_programmes,
            when=_is_free,
            builds_on="institution",
            typed=False,
        ),
        Question(
            name="years",
            label=lambda: _("Years"),
            prompt=lambda _asking: _(
                "Of which years? Please write one such as 2012 or a span such as 2008–2012, or skip this for all."
            ),
            check=check_years,
            show=lambda _asking, value: str(value).replace("-", "–"),
            when=_is_free,
            optional=True,
        ),
        Question(
            name="way",
            label=lambda: pgettext("inviting", "How"),
            prompt=_prompt_ways,
            check=check_choice(_ways),
            choices=_ways,
            when=lambda answers: not _is_free(answers) or "institution" in answers,
            keeps=_note_lately,
            typed=False,
        ),
        Question(
            name="again",
            label=lambda: pgettext("inviting", "Invited lately"),
            prompt=_prompt_again,
            check=check_choice(_again),
            choices=_again,
            when=lambda answers: bool(answers.get(LATELY)),
            typed=False,
        ),
        Question(
            name="language",
            label=lambda: _("Language"),
            prompt=lambda _asking: _("In which language shall the letters be?"),
            check=check_choice(_languages),
            choices=_languages,
            when=lambda answers: answers.get("way") == Way.LETTERS,
            typed=False,
        ),
        replace(
            REASON,
            prompt=lambda _asking: _(
                "What are they invited for? The reason is kept in the audit log. Please name nobody in it."
            ),
        ),
    ),
)


def register(router: Router) -> None:
    router.command("invite", invite, gate=Gate.COORDINATOR, about=N_("Invite people who are not registered"))
    router.tap(InviteListed, invite_listed, gate=Gate.COORDINATOR)
    router.form(INVITING, gate=Gate.COORDINATOR)
