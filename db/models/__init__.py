"""The tables, one module a subject. Importing this package makes them all known to the metadata."""

from db.models import (
    announcements,
    clubs,
    contact,
    conversation,
    delivery,
    events,
    exports,
    lists,
    members,
    mentoring,
    operations,
    people,
    places,
    privacy,
    records,
    surveys,
    web,
)
from db.models.base import Base

__all__ = [
    "Base",
    "announcements",
    "clubs",
    "contact",
    "conversation",
    "delivery",
    "events",
    "exports",
    "lists",
    "members",
    "mentoring",
    "operations",
    "people",
    "places",
    "privacy",
    "records",
    "surveys",
    "web",
]
