"""The registration form: its questions, and turning the answers into a member. Also opened to change a profile."""

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice, check_line, check_name, check_years
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.i18n import _, named
from bot.conversation.questions import Answers, Asking, Choice, Question
from bot.conversation.reply import Ask
from bot.conversation.turn import Turn
from bot.domain.people import MAX_FORM_OF_ADDRESS, Audience, Field, Relation, read_years
from db import lists, members
from db.members import Studied
from db.models.lists import Entry, Institution, Programme
from db.models.members import Member
from db.models.records import Record
from db.registrations import Details
from handlers.cohorts import COHORT, HAS_COHORTS, NONE, keep_note, note_cohorts, writes_years

# Whom the form is about, where that is somebody else than who fills it in.
MEMBER = "_member"


def relation_names() -> dict[Relation, Markup]:
    return {
        Relation.GRADUATE: _("Graduate"),
        Relation.EXCHANGE: _("Exchange student"),
        Relation.WITHOUT_DEGREE: _("Studied without a degree"),
        Relation.DOCTORAL: _("Doctoral candidate"),
        Relation.SCHOLARSHIP: _("Scholarship holder"),
        Relation.YOUNG_PROFESSIONAL: _("Young professional"),
        Relation.STAFF: _("Staff or project staff"),
        Relation.PROFESSOR: _("Professor"),
        Relation.GUEST: _("Guest researcher"),
    }


def field_names() -> dict[Field, Markup]:
    return {
        Field.STUDIES: _("Programme and years"),
        Field.CITY: _("City"),
        Field.TOPICS: _("Professional focus"),
        Field.FUNCTION: _("Function"),
        Field.EMPLOYER: _("Employer"),
    }


def _relations(_asking: Asking) -> list[Choice]:
    return [Choice(relation.value, name) for relation, name in relation_names().items()]


def _with_own(offered: Sequence[Entry], own: Iterable[Entry | None]) -> list[Choice]:
    """What can be chosen, and what a member has chosen though it is closed by now: it is theirs to keep."""
    known = {row.id for row in offered}
    kept = [row for row in own if row is not None and row.id not in known]
    return [Choice(str(row.id), named(row.names)) for row in [*offered, *kept]]


def _studied(asking: Asking) -> list[tuple[Institution, Programme | None]]:
    """The studies of the member that the form is about; nobody's while somebody registers."""
    about = asking.answers.get(MEMBER, asking.turn.me.id)
    known = members.affiliations_of(asking.turn.session, about)[:1]
    return [(studied.institution, studied.programme) for studied in known]


def _institutions(asking: Asking) -> list[Choice]:
    own = [institution for institution, _programme in _studied(asking)]
    return _with_own(lists.institutions(asking.turn.session), own)


def _programmes(asking: Asking) -> list[Choice]:
    institution = asking.answers.get("institution")
    if institution is None:
        return []
    rows = lists.programmes(asking.turn.session, int(institution))
    own = [programme for where, programme in _studied(asking) if str(where.id) == institution]
    return [*_with_own(rows, own), Choice(NONE, _("Another one, or none"))]


def _years(asking: Asking) -> list[Choice]:
    latest = asking.turn.now.year + 1
    return [Choice(str(year), str(year)) for year in range(latest, latest - 60, -1)]


def _topics(asking: Asking) -> list[Choice]:
    session = asking.turn.session
    return _with_own(lists.topics(session), members.topics_of(session, asking.turn.me.id))


def _fields(asking: Asking) -> list[Choice]:
    return [Choice(field.value, name) for field, name in field_names().items()]


def _check_address(asking: Asking, typed: Any) -> str:
    return str(check_line(MAX_FORM_OF_ADDRESS)(asking, typed))


def _address_choices(asking: Asking) -> list[Choice]:
    return [Choice(NONE, asking.answers.get("name") or "–")]


def _take_address(asking: Asking, value: Any) -> str:
    return str(asking.answers.get("name")) if value == NONE else str(_check_address(asking, value))


def _is_in_network(asking_answers: Answers) -> bool:
    return asking_answers.get("alumni") == "yes"


def _show_years(_asking: Asking, value: Any) -> str:
    return str(value).replace("-", "–")


ABOUT_YOU: tuple[Question, ...] = (
    Question(
        name="name",
        label=lambda: _("Name"),
        prompt=lambda _asking: _("What is your full name? Please write it as you usually do, in any script."),
        check=check_name,
    ),
    Question(
        name="other_name",
        label=lambda: _("Name in another script"),
        prompt=lambda _asking: _(
            "Would you like to add your name in another script, for example 陈诗博 or CHEN Shibo? If not, please skip."
        ),
        check=check_name,
        optional=True,
    ),
    Question(
        name="address",
        label=lambda: _("Form of address"),
        prompt=lambda _asking: _("How shall we address you? For example “Ms Weber” or “Professor Chen”."),
        check=_take_address,
        choices=_address_choices,
        show=lambda _asking, value: str(value),
    ),
    Question(
        name="relation",
        label=lambda: _("Relation"),
        prompt=lambda _asking: _(
            "What connects you with us? Several answers are fine; a degree is not needed. People of predecessor "
            "institutions belong, too."
        ),
        check=check_choice(_relations),
        choices=_relations,
        several=True,
        per_page=9,
    ),
    Question(
        name="institution",
        label=lambda: _("Institution"),
        prompt=lambda _asking: _("At which institution or in which programme office?"),
        check=check_choice(_institutions),
        choices=_institutions,
    ),
    Question(
        name="programme",
        label=lambda: _("Programme"),
        prompt=lambda _asking: _("Which programme?"),
        check=check_choice(_programmes),
        choices=_programmes,
        builds_on="institution",
        keeps=keep_note,
    ),
    COHORT,
    Question(
        name="years",
        label=lambda: _("Years"),
        prompt=lambda _asking: _(
            "When did you leave, or which cohort are you? Tap the year, or write a span such as 2008–2012."
        ),
        check=check_years,
        choices=_years,
        show=_show_years,
        when=writes_years,
        builds_on="cohort",
        columns=4,
        per_page=20,
    ),
    Question(
        name="city",
        label=lambda: _("City"),
        prompt=lambda _asking: _("In which city do you live? Write its name, or share your location."),
        check=check_city,
        search=search_cities,
        show=show_city,
        ask=Ask.LOCATION,
    ),
    Question(
        name="topics",
        label=lambda: _("Professional focus"),
        prompt=lambda _asking: _("What do you work on? Several answers are fine."),
        check=check_choice(_topics),
        choices=_topics,
        several=True,
        optional=True,
        columns=1,
        per_page=8,
    ),
    Question(
        name="function",
        label=lambda: _("Function"),
        prompt=lambda _asking: _("What is your function, for example “Head of Development”? You may skip this."),
        check=check_line(),
        optional=True,
    ),
    Question(
        name="employer",
        label=lambda: _("Employer"),
        prompt=lambda _asking: _("For whom do you work? You may skip this."),
        check=check_line(),
        optional=True,
    ),
    Question(
        name="for_clubs",
        label=lambda: _("Shown to my clubs"),
        prompt=lambda _asking: _(
            "Which details may members of your clubs see, beside your name? The next question is what all alumni may "
            "see; the rest is for the alumni office only."
        ),
        check=check_choice(_fields),
        choices=_fields,
        several=True,
        optional=True,
        when=_is_in_network,
    ),
    Question(
        name="for_alumni",
        label=lambda: _("Shown to all alumni"),
        prompt=lambda _asking: _("And which details may all verified alumni see?"),
        check=check_choice(_fields),
        choices=_fields,
        several=True,
        optional=True,
        when=_is_in_network,
    ),
)


def details_of(answers: Answers, this_year: int) -> Details:
    """The answers as plain values."""
    programme, cohort = answers.get("programme"), answers.get("cohort")
    return Details(
        full_name=answers["name"],
        other_name=answers.get("other_name"),
        addressed_as=answers["address"],
        relations=answers["relation"],
        institution=int(answers["institution"]),
        programme=int(programme) if programme and programme != NONE else None,
        cohort=int(cohort) if cohort and cohort != NONE else None,
        years=read_years(answers.get("years") or "", this_year) or (None, None),
        place=int(answers["city"]),
        topics=[int(topic) for topic in answers.get("topics") or []],
        function=answers.get("function"),
        employer=answers.get("employer"),
        visibility=_visibility(answers),
    )


def _visibility(answers: Answers) -> dict[str, str]:
    """The wider audience wins where a field is named twice."""
    clubs = dict.fromkeys(answers.get("for_clubs") or [], Audience.CLUBS.value)
    return clubs | dict.fromkeys(answers.get("for_alumni") or [], Audience.ALUMNI.value)


def answers_of(turn: Turn, member: Member, in_network: bool) -> Answers:
    """A member's profile as the form's answers, to change one of them."""
    session = turn.session
    known = members.affiliations_of(session, member.id)
    visible = members.visibility_of(session, member.id)
    answers: Answers = {
        "name": member.full_name,
        "other_name": member.other_name,
        "address": member.addressed_as,
        "relation": members.relations_of(session, member.id),
        "city": str(member.place_id),
        "topics": [str(topic.id) for topic in members.topics_of(session, member.id)],
        "function": member.function,
        "employer": member.employer,
        "alumni": "yes" if in_network else "no",
        "for_clubs": [field for field, audience in visible.items() if audience == Audience.CLUBS],
        "for_alumni": [field for field, audience in visible.items() if audience == Audience.ALUMNI],
    }
    if known:
        answers |= _studied_answers(known[0])
    noted = note_cohorts(session, answers)
    return {"cohort": NONE, **noted} if noted[HAS_COHORTS] else noted


def _studied_answers(studied: Studied) -> Answers:
    """Years are an answer only where the cohort does not say them: whoever gives it up is asked for them."""
    affiliation, programme, cohort = studied.affiliation, studied.programme, studied.cohort
    years = "-".join(str(year) for year in (affiliation.from_year, affiliation.to_year) if year)
    return {
        "institution": str(affiliation.institution_id),
        "programme": str(programme.id) if programme else NONE,
        **({"cohort": str(cohort.id)} if cohort else {"years": years}),
    }


def answers_on_record(record: Record) -> Answers:
    """What a university's own list says about somebody, as the form's answers to begin with."""
    years = [str(year) for year in (record.from_year, record.to_year) if year] if record.to_year else []
    return {
        "name": record.full_name,
        "other_name": record.other_name,
        "institution": str(record.institution_id),
        "programme": str(record.programme_id) if record.programme_id else None,
        "years": "-".join(dict.fromkeys(years)),
    }
