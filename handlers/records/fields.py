"""The list of data fields: every column of every table that has to do with people, and what it means.

`tests/handlers/records/test_records.py` fails where a column of the models is missing here, or one
is here that is gone.
"""

from handlers.records.contact_fields import CONTACT
from handlers.records.event_fields import EVENTS
from handlers.records.list_fields import LISTS
from handlers.records.network_fields import NETWORK
from handlers.records.operation_fields import OPERATION
from handlers.records.proof_fields import PROOF
from handlers.records.question_fields import QUESTIONS

# Tables without anything about a person: lists, places, and the program's own notes.
IMPERSONAL = frozenset(
    {
        "clearing",
        "club",
        "cohort",
        "faculty",
        "gazetteer",
        "last_run",
        "lease",
        "place",
        "place_name",
        "programme",
        "survey",
        "topic",
    }
)

FIELDS = (*CONTACT, *QUESTIONS, *LISTS, *EVENTS, *NETWORK, *PROOF, *OPERATION)
