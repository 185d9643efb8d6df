"""Who is on the list of the programme office: its former scholarship holders, most of whom are not members yet."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from bot.demo.names import Named, Names

# What the column of programmes says, how many people, from which provinces, in which years.
GROUPS = (
    ("Jiangsu", 265, ("Jiangsu",), (1991, 2019)),
    ("Shanxi", 506, ("Shanxi",), (1990, 2019)),
    ("Sichuan", 237, ("Sichuan",), (1990, 2017)),
    ("Andere Provinzen (1980er)", 82, ("Liaoning", "Hubei", "Guangdong", "Shandong"), (1981, 1989)),
)


class Listed(NamedTuple):
    """A line of the list."""

    named: Named
    programme: str
    year: int
    province: str


def people_on_list(seed: int) -> Iterator[Listed]:
    """The same seed invents the same people."""
    names, dice = Names(seed), Random(seed)  # noqa: S311 - nothing here is secret
    for programme, count, provinces, (first, last) in GROUPS:
        for _person in range(count):
            named = names.invent("zh", dice.random() < 0.4)
            yield Listed(named, programme, dice.randint(first, last), dice.choice(provinces))
