"""The list of data fields: every column of every table that has to do with people, and what it means.

`tests/handlers/records/test_fields.py` fails where a column of the models is missing here, or one is here that is gone.
"""

from handlers.records.contact_fields import CONTACT
from handlers.records.event_fields import EVENTS
from handlers.records.network_fields import NETWORK
from handlers.records.operation_fields import OPERATION
from handlers.records.proof_fields import PROOF

# Tables without anything about a person: lists, places, and the program's own notes.
IMPERSONAL = frozenset(
    {"clearing", "club", "faculty", "gazetteer", "lease", "place", "place_name", "programme", "survey", "topic"}
)

FIELDS = (*CONTACT, *EVENTS, *NETWORK, *PROOF, *OPERATION)
