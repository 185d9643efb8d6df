"""What a text looks like, without knowing its language."""

FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"


def may_be(language: str, text: str) -> bool:
    """Whether a text can be in a language (a tag of ours) by its signs: Chinese has Han characters, and nothing else
    has."""
    has_han = any(FIRST_HAN <= sign <= LAST_HAN for sign in text)
    return has_han == language.startswith("zh")
