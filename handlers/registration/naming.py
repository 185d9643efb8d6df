"""What connects somebody with us, and the details of a profile, as they read."""

from markupsafe import Markup

from bot.conversation.i18n import _
from bot.domain.people import Field, Relation


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
