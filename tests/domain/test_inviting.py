"""Whom a link is about, as it is stored; and the language a mailer begins with."""

import pytest

from bot.domain.inviting import Whom, guess_language


@pytest.mark.parametrize(
    ("names", "email", "language"),
    [
        (("Jürgen Müller", None), "jm@tu-chemnitz.de", "de"),
        (("LI Xuemei", None), "li@sxu.edu.cn", "zh_Hans"),
        (("LI Xuemei", None), "4711@QQ.com", "zh_Hans"),
        (("LI Xuemei", "李雪梅"), "li@example.org", "zh_Hans"),
        (("李雪梅", None), "li@gmx.de", "de"),
        (("Anna Smith", None), "anna@example.org", "en"),
        (("Anna Smith", None), None, "en"),
        (("Anna Smith", None), "anna@cn", "en"),
    ],
)
def test_the_language_is_guessed_by_the_address_then_by_the_name(
    names: tuple[str, str | None], email: str | None, language: str
) -> None:
    assert guess_language(names, email) == language


@pytest.mark.parametrize("whom", [Whom(), Whom(7), Whom(institution=1, programme=2, first=2008, last=2012)])
def test_whom_is_the_same_after_it_was_stored(whom: Whom) -> None:
    assert Whom.from_json(whom.to_json()) == whom


def test_a_stored_whom_of_another_version_is_refused() -> None:
    with pytest.raises(TypeError):
        Whom.from_json({"faculty": 3})
