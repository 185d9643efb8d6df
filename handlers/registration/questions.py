"""The questions of registration. Also opened to change a profile."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.conversation.checks import check_choice, check_line, check_name, check_years
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.i18n import _, named
from bot.conversation.questions import Answers, Asking, Choice, Question
from bot.conversation.reply import Ask
from bot.domain.people import MAX_FORM_OF_ADDRESS
from db import lists, members
from db.models.lists import Entry, Institution, Programme
from handlers.choices import asked, list_relations
from handlers.cohorts import COHORT, NONE, keep_note, writes_years
from handlers.registration.naming import field_names

# Whom the form is about, where that is somebody else than who fills it in.
MEMBER = "_member"


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
        check=check_choice(asked(list_relations)),
        choices=asked(list_relations),
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
