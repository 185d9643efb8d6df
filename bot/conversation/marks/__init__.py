"""Announcements as people write them: one plain string with the few marks they know from messengers.

`*bold*`, `_italic_` and `[words](https://address)` stand at the edges of words; inside a word a mark is doubled,
as in un**believ**able. A mark holds within its paragraph. `{name}` is filled in for each reader. A backslash before
one of these signs keeps the sign, and addresses stay as they are.
"""

from bot.conversation.marks.checking import Fault, check
from bot.conversation.marks.showing import plain, to_html, visible_length
from bot.conversation.marks.splitting import split
from bot.conversation.marks.writing import from_entities

__all__ = ["Fault", "check", "from_entities", "plain", "split", "to_html", "visible_length"]
