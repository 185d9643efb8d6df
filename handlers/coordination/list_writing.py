"""Coordinators add an entry to a list and change one, by one form: its names in three languages, and what belongs to
it."""

from typing import Any

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_line, check_words, check_years
from bot.conversation.i18n import _, language, name_language, named
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import list_keeping, lists, places
from db.list_keeping import OWNERS, owner_of
from db.models.lists import Cohort, Entry, Faculty, Institution, ListKind, Names, Programme
from handlers.cohorts import name_years
from handlers.coordination.list_buttons import AddEntry, ChangeEntry, ListEntries
from handlers.coordination.list_cards import (
    directions,
    entry_card,
    find_entry,
    list_entries,
    list_names,
    may_keep,
    refuse_others,
)

# Notes among the answers: which list, whose, which entry, and how it was when the form was opened.
KIND, OWNER, ENTRY, WAS = "_kind", "_owner", "_entry", "_was"
NAMES = {"en": "en", "de": "de", "zh": "zh_Hans"}
CONTACT = ("contact_name", "contact_email", "contact_phone")
STUDIES = ("faculty", "province", "direction")
LONGEST_CONTACT, LONGEST_PHONE = 120, 40


def _is_of(kind: ListKind) -> Any:
    return lambda answers: answers.get(KIND) == kind


def _check_entry_name(asking: Asking, typed: Any) -> str:
    """A name that no other entry of the same list has. A cohort may be called by a number."""
    check = check_words if asking.answers[KIND] == ListKind.COHORT else check_line
    name = str(check(list_keeping.LONGEST_NAME)(asking, " ".join(str(typed).split())))
    taken = _taken(asking.turn, asking.answers, {"": name})
    if taken is not None:
        raise Unfit(_is_taken(taken))
    return name


def _taken(turn: Turn, answers: Answers, names: Names) -> Entry | None:
    kind = ListKind(answers[KIND])
    return list_keeping.called(turn.session, kind, answers.get(OWNER), names, answers.get(ENTRY))


def _is_taken(row: Entry) -> Markup:
    text = (
        _("“{name}” is in this list already, closed. Please open it again, or choose another name.")
        if row.closed
        else _("“{name}” is in this list already. Please choose another name.")
    )
    return text.format(name=named(row.names))


def _name_question(name: str, tag: str) -> Question:
    def prompt(_asking: Asking) -> Markup:
        language_name = name_language(tag)
        if tag == "en":
            return _("What is it called in English? Whoever reads a language without a name of its own reads this one.")
        return _("And in this language: {language}? If you skip it, the English name is shown.").format(
            language=language_name
        )

    return Question(
        name=name,
        label=lambda: _("Name ({language})").format(language=name_language(tag)),
        prompt=prompt,
        check=_check_entry_name,
        optional=tag != "en",
    )


def _check_email(_asking: Asking, typed: Any) -> str:
    line = str(typed).strip()
    name, at, domain = line.partition("@")
    if not (name and at and "." in domain) or any(sign.isspace() for sign in line) or len(line) > LONGEST_CONTACT:
        raise Unfit(_("Please write an e-mail address such as alumni@university.example, or skip this."))
    return line


def _check_phone(_asking: Asking, typed: Any) -> str:
    line = " ".join(str(typed).split())
    if len(line) > LONGEST_PHONE or not any(sign.isdigit() for sign in line):
        raise Unfit(_("Please write a telephone number of at most {n} signs, or skip this.").format(n=LONGEST_PHONE))
    return line


def _faculties(asking: Asking) -> list[Choice]:
    """Those that can be chosen; the one the programme is in already, too, though it may be closed by now."""
    session, own = asking.turn.session, asking.answers.get("faculty")
    rows = lists.faculties(session, asking.answers.get(OWNER) or 0)
    held = session.get(Faculty, int(own)) if own else None
    if held is not None and held not in rows:
        rows.append(held)
    return [Choice(str(row.id), named(row.names)) for row in rows]


def _check_cohort_years(asking: Asking, value: Any) -> str:
    """ "2013–2014", or "2013" of one year."""
    first, _dash, last = check_years(asking, value).partition("-")
    return f"{first}–{last}" if last and last != first else first


def _provinces(_asking: Asking) -> list[Choice]:
    return [Choice(code, places.name_region(code, language()) or code) for code in places.list_regions("CN")]


def _directions(_asking: Asking) -> list[Choice]:
    return [Choice(value, name) for value, name in directions().items()]


FORM_QUESTIONS: tuple[Question, ...] = (
    *(_name_question(name, tag) for name, tag in NAMES.items()),
    Question(
        name="contact_name",
        label=lambda: _("Contact person"),
        prompt=lambda _asking: _("Who answers for it to alumni? A name, or the name of an office. You may skip this."),
        check=check_line(LONGEST_CONTACT),
        optional=True,
        when=_is_of(ListKind.INSTITUTION),
    ),
    Question(
        name="contact_email",
        label=lambda: _("E-mail"),
        prompt=lambda _asking: _("At which e-mail address? You may skip this."),
        check=_check_email,
        optional=True,
        when=_is_of(ListKind.INSTITUTION),
    ),
    Question(
        name="contact_phone",
        label=lambda: _("Telephone"),
        prompt=lambda _asking: _("At which telephone number? You may skip this."),
        check=_check_phone,
        optional=True,
        when=_is_of(ListKind.INSTITUTION),
    ),
    Question(
        name="faculty",
        label=lambda: _("Faculty"),
        prompt=lambda _asking: _("To which faculty does it belong? Skip this if to none."),
        check=check_choice(_faculties),
        choices=_faculties,
        optional=True,
        when=_is_of(ListKind.PROGRAMME),
    ),
    Question(
        name="province",
        label=lambda: _("Province"),
        prompt=lambda _asking: _("Is it a programme with one province? Skip this if not."),
        check=check_choice(_provinces),
        choices=_provinces,
        columns=2,
        per_page=12,
        optional=True,
        when=_is_of(ListKind.PROGRAMME),
    ),
    Question(
        name="direction",
        label=lambda: _("Direction"),
        prompt=lambda _asking: _("In which direction do people go? Skip this if it does not matter."),
        check=check_choice(_directions),
        choices=_directions,
        optional=True,
        when=_is_of(ListKind.PROGRAMME),
    ),
    Question(
        name="years",
        label=lambda: _("Years"),
        prompt=lambda _asking: _("From which year to which? For example 2013–2014, or 2013 alone."),
        check=_check_cohort_years,
        when=_is_of(ListKind.COHORT),
    ),
)


def add_entry(turn: Turn, tap: AddEntry) -> Outcome:
    """A new one; what was begun in another list is thrown away."""
    if not may_keep(turn, tap.kind, tap.owner):
        raise refuse_others(turn)
    if tap.kind in OWNERS:
        find_entry(turn, OWNERS[tap.kind], tap.owner or 0)
    return forms.begin_anew(turn, WRITING, {KIND: tap.kind.value, OWNER: tap.owner})


def change_entry(turn: Turn, tap: ChangeEntry) -> Outcome:
    """Opens the last card of the form with the entry as it is."""
    row = find_entry(turn, tap.kind, tap.entry)
    about = {KIND: tap.kind.value, OWNER: owner_of(row), ENTRY: row.id, WAS: _as_it_is(row)}
    return forms.begin_anew(turn, WRITING, about | _answers_of(row))


def _answers_of(row: Entry) -> Answers:
    answers: Answers = {name: row.names.get(tag) for name, tag in NAMES.items()}
    if isinstance(row, Institution):
        answers |= {name: getattr(row, name) for name in CONTACT}
    if isinstance(row, Programme):
        faculty = str(row.faculty_id) if row.faculty_id is not None else None
        answers |= {"faculty": faculty, "province": row.province, "direction": row.direction}
    if isinstance(row, Cohort):
        answers["years"] = name_years(row)
    return answers


def _as_it_is(row: Entry) -> list[str | None]:
    """What the form changes, to see whether somebody else has changed it meanwhile."""
    return [None if value is None else str(value) for value in _answers_of(row).values()]


def _columns(answers: Answers) -> dict[str, Any]:
    if answers[KIND] == ListKind.INSTITUTION:
        return {name: answers.get(name) for name in CONTACT}
    if answers[KIND] == ListKind.COHORT:
        first, _dash, last = answers["years"].partition("–")
        return {"from_year": int(first), "to_year": int(last) if last else None}
    if answers[KIND] != ListKind.PROGRAMME:
        return {}
    faculty = answers.get("faculty")
    return {
        "faculty_id": int(faculty) if faculty else None,
        "province": answers.get("province"),
        "direction": answers.get("direction"),
    }


def save(turn: Turn, answers: Answers) -> Reply:
    """Added, or changed. What members chose is the entry, so another name changes nothing else."""
    names = {tag: answers[name] for name, tag in NAMES.items() if answers.get(name)}
    kind = ListKind(answers[KIND])
    row = _locked(turn, kind, answers)
    slug = row.slug if row else list_keeping.free_slug(turn.session, kind, answers.get(OWNER), names["en"])
    taken = _taken(turn, answers, names)
    if taken is not None:
        raise Refused(list_entries(turn, ListEntries(kind, answers.get(OWNER)), _is_taken(taken)))
    if row is None:
        row = list_keeping.add(turn.session, kind, answers.get(OWNER), slug, names, _columns(answers))
        turn.record("list_entry_added", list=kind.name.lower(), entry=row.id)
    else:
        list_keeping.change(turn.session, row, names, _columns(answers))
        turn.record("list_entry_changed", list=kind.name.lower(), entry=row.id)
    return entry_card(turn, row, _("Saved."))


def _locked(turn: Turn, kind: ListKind, answers: Answers) -> Entry | None:
    """The entry to change, as it was when the form was opened; None for a new one, in a list that may be added to."""
    if answers.get(ENTRY) is None:
        if not may_keep(turn, kind, answers.get(OWNER)):
            raise refuse_others(turn)
        return None
    row = find_entry(turn, kind, answers[ENTRY], lock=True)
    if _as_it_is(row) != answers[WAS]:
        note = _("Somebody else has changed this meanwhile. Please look at it, and change it again if need be.")
        raise Refused(entry_card(turn, row, note))
    return row


def _summary(asking: Asking) -> Markup:
    heading = list_names()[ListKind(asking.answers[KIND])]
    if asking.answers.get(ENTRY) is None:
        return _("<b>Add this to the list?</b> ({list})").format(list=heading)
    if asking.answers[KIND] == ListKind.COHORT:
        return _(
            "<b>What shall be different?</b> ({list}) Tap a line below. Whoever chose it reads the new name and has "
            "the new years from then on: it should mean the same people. For others, please add a new entry."
        ).format(list=heading)
    return _(
        "<b>What shall be different?</b> ({list}) Tap a line below. Whoever chose it reads the new name from then on: "
        "it should mean the same. For something else, please add a new entry."
    ).format(list=heading)


WRITING = Form(
    name="listentry",
    title=lambda: _("Entry of a list"),
    questions=FORM_QUESTIONS,
    finish=save,
    summary=_summary,
    confirm=lambda: _("Save"),
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AddEntry, add_entry, gate=Gate.COORDINATOR)
    router.tap(ChangeEntry, change_entry, gate=Gate.COORDINATOR)
    router.form(WRITING, gate=Gate.COORDINATOR)
