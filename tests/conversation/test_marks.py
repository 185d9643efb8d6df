"""What authors write and what readers see: tables of examples, and properties that hold for any text."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from bot.conversation.i18n import LANGUAGES, speaking
from bot.conversation.marks import Fault, check, from_entities, plain, split, to_html, visible_length
from bot.conversation.marks.reading import read

PLACEHOLDERS = {"name": "name", "Vorname": "name", "姓名": "name", "club": "club", "校友会": "club"}
VALUES = {"name": "Anna <b>", "club": "Alumni-Club Köln"}

# Much of what means something, so that random texts are full of it.
SIGNS = st.one_of(
    st.sampled_from("*_[](){}\\.!。 \n\n\nab3中é„“🎉\u0301\u200d"),
    st.sampled_from(
        ["**", "__", "](", "](https://x.de)", "https://x.de", "https://x.de/a_b_*c*", "{name}", "{nobody}"]
    ),
    st.sampled_from(["\n\n", "\r\n", "👩‍💻", "🇩🇪", "🇨🇳", "<b>", "&amp;"]),
)
TEXTS = st.one_of(st.text(), st.lists(SIGNS, max_size=30).map("".join))


class Page(HTMLParser):
    """What a browser or Telegram makes of the HTML; fails for what they would not take."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.runs: list[tuple[str, frozenset[str]]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "a")
        assert tag not in [each for each, _style in self._open]
        assert [name for name, _value in attrs] == (["href"] if tag == "a" else [])
        style = attrs[0][1] if tag == "a" else tag
        assert style
        self._open.append((tag, style))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        self.runs.append((data, frozenset(style for _tag, style in self._open)))

    def styled(self) -> list[tuple[str, frozenset[str]]]:
        """Each sign with its styles; those of white space do not show."""
        return [(sign, frozenset() if sign.isspace() else styles) for words, styles in self.runs for sign in words]


def html(source: str) -> str:
    return str(to_html(source, VALUES, PLACEHOLDERS))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*bold* and _italic_", "<b>bold</b> and <i>italic</i>"),
        ("*Wichtig:* Treffen am _Freitag_!", "<b>Wichtig:</b> Treffen am <i>Freitag</i>!"),
        ("*both _at once_ here*", "<b>both <i>at once</i> here</b>"),
        ("_both *at once* here_", "<i>both <b>at once</b> here</i>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("*crossing _marks* are_ kept", "<b>crossing <i>marks</i></b><i> are</i> kept"),
        ("„*Wichtig*“, (_leise_).", "„<b>Wichtig</b>“, (<i>leise</i>)."),
        ("请*务必*回复", "请<b>务必</b>回复"),
        ("*通知*：请于_3月12日_前回复。", "<b>通知</b>：请于_3月12日_前回复。"),
        ("报名表_上海_2026", "报名表_上海_2026"),
        ("un**believ**able, un__believ__able", "un<b>believ</b>able, un<i>believ</i>able"),
        ("**as others write it**", "<b>as others write it</b>"),
        ("*two\nlines*", "<b>two\nlines</b>"),
        ("*two\n\nparagraphs*", "*two\n\nparagraphs*"),
        ("*🎉 Party* 🎉", "<b>🎉 Party</b> 🎉"),
        ("5 * 3, a_b, snake_case_name, 2*, 5*3*2", "5 * 3, a_b, snake_case_name, 2*, 5*3*2"),
        ("Mentor*innen und Kolleg*innen", "Mentor*innen und Kolleg*innen"),
        ("* one\n* two", "* one\n* two"),
        ("Name: ______ *****", "Name: ______ *****"),
        (r"\*not bold\*, \_, \\, \{name}", "*not bold*, _, \\, {name}"),
        (r"C:\temp\new", r"C:\temp\new"),
        ("[our page](https://x.de/a_(b)_c)", '<a href="https://x.de/a_(b)_c">our page</a>'),
        ("*see [our](https://x.de) page*", '<b>see <a href="https://x.de">our</a> page</b>'),
        ("*see [our* page](https://x.de)", '<b>see </b><a href="https://x.de"><b>our</b> page</a>'),
        ("[*bold* words](https://x.de)", '<a href="https://x.de"><b>bold</b> words</a>'),
        (r"[a \[b\] c](https://x.de)", '<a href="https://x.de">a [b] c</a>'),
        ("[here](Https://X.de)", '<a href="https://X.de">here</a>'),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](tg://user?id=1)", "[x](tg://user?id=1)"),
        ("[](https://x.de)", "[](https://x.de)"),
        ("[1] (see below)", "[1] (see below)"),
        ('[x](https://x.de/"><script>)', '<a href="https://x.de/&#34;&gt;&lt;script&gt;">x</a>'),
        ("https://x.de/_a_b_*c*?d=__e__ ", "https://x.de/_a_b_*c*?d=__e__ "),
        ("*https://x.de/a_b*, (https://x.de)", "<b>https://x.de/a_b</b>, (https://x.de)"),
        ("请看https://x.cn/a_b，*谢谢*", "请看https://x.cn/a_b，<b>谢谢</b>"),
        ("<b>Tom & Anna</b>", "&lt;b&gt;Tom &amp; Anna&lt;/b&gt;"),
        ("Dear {name}, {VORNAME}, {姓名}", "Dear Anna &lt;b&gt;, Anna &lt;b&gt;, Anna &lt;b&gt;"),
        ("*{name}* of [{club}](https://x.de)", '<b>Anna &lt;b&gt;</b> of <a href="https://x.de">Alumni-Club Köln</a>'),
        ("{nobody} {} {1} {a b} {{name}}", "{nobody} {} {1} {a b} {Anna &lt;b&gt;}"),
        ("*open and *closed*", "*open and <b>closed</b>"),
        ("*a *b* c*", "*a <b>b</b> c*"),
        ("_*_*", "_<b>_</b>"),
        ("", ""),
    ],
)
def test_a_source_as_it_is_shown(source: str, shown: str) -> None:
    assert html(source) == shown


def test_no_value_is_read_for_marks() -> None:
    values = {"name": "*_[a](https://x.de){club}\\*"}
    assert str(to_html("{name}", values, PLACEHOLDERS)) == values["name"]


def test_a_placeholder_without_a_value_stays() -> None:
    assert to_html("{name}", {}, PLACEHOLDERS) == "{name}"


def test_the_words_alone() -> None:
    assert plain("*Hi* {Vorname}: [here](https://x.de) \\* 🎉", VALUES, PLACEHOLDERS) == "Hi Anna <b>: here * 🎉"


@pytest.mark.parametrize(
    ("source", "length"),
    [("*a*", 1), ("[ab](https://x.de)", 2), ("🎉", 2), ("中文", 2), ("{club}", 16), ("\\*", 1), ("", 0)],
)
def test_the_length_that_counts(source: str, length: int) -> None:
    assert visible_length(source, VALUES, PLACEHOLDERS) == length


@given(TEXTS)
def test_any_text_is_shown_well_formed(source: str) -> None:
    page = Page(html(source))
    assert page.words == plain(source, VALUES, PLACEHOLDERS)


@given(TEXTS)
def test_no_word_gets_lost(source: str) -> None:
    """Only marks that are used and backslashes disappear."""
    letters = [sign for sign in plain(source, {}, {}) if sign.isalpha()]
    left = iter(source)
    assert all(letter in left for letter in letters)


@given(st.text(alphabet="ab3 \n.,;:!?中é🎉()<>&\"'", max_size=60))
def test_text_without_signs_stays(source: str) -> None:
    assert plain(source, {}, {}) == source
    assert from_entities(source, []) == source
    check(source, {})


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


def italic(offset: int, length: int) -> dict[str, Any]:
    return {"type": "italic", "offset": offset, "length": length}


def link(offset: int, length: int, url: str = "https://x.de") -> dict[str, Any]:
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


@pytest.mark.parametrize(
    ("text", "entities", "source"),
    [
        ("bold text", [bold(0, 4)], "*bold* text"),
        ("bold text", [bold(0, 5)], "*bold* text"),
        ("🎉 bold", [bold(3, 4)], "🎉 *bold*"),
        ("请务必回复", [bold(1, 2)], "请*务必*回复"),
        ("请务必回复", [italic(1, 2)], "请__务必__回复"),
        ("„Wichtig“", [bold(1, 7)], "„*Wichtig*“"),
        ("unbelievable", [bold(2, 6)], "un**believ**able"),
        ("Hello world", [bold(0, 11), italic(6, 5)], "*Hello _world_*"),
        ("Hello world", [bold(0, 5), bold(3, 8)], "*Hello world*"),
        ("abcdefgh", [bold(0, 5), italic(3, 5)], "**abc__de**fgh__"),
        ("one two three", [bold(0, 7), italic(4, 9)], "*one _two* three_"),
        ("one\n\ntwo", [bold(0, 8)], "*one*\n\n*two*"),
        ("one\ntwo", [bold(0, 7)], "*one\ntwo*"),
        (" \n ", [bold(0, 3)], " \n "),
        ("our page", [link(0, 8), bold(4, 4)], "[our *page*](https://x.de)"),
        ("our page", [link(4, 4), bold(0, 8)], "*our [page](https://x.de)*"),
        ("see [1]", [link(4, 3)], "see [\\[1\\]](https://x.de)"),
        ("Foo", [link(0, 3, "https://x.de/Foo_(Bar)")], "[Foo](https://x.de/Foo_%28Bar%29)"),
        ("call me", [link(0, 4, "tg://user?id=5")], "call me"),
        ("a b c", [{"type": "text_mention", "offset": 0, "length": 1, "user": {"id": 1}}], "a b c"),
        ("a b c", [{"type": kind, "offset": 0, "length": 5} for kind in ("underline", "spoiler", "pre")], "a b c"),
        ("*a* _b_ **c** 5 * 3 a_b", [], "\\*a* \\_b_ \\*\\*c** 5 * 3 a_b"),
        ("a *b*", [bold(0, 5)], "*a \\*b\\**"),
        ("Mentor*innen", [bold(0, 12)], "*Mentor*innen*"),
        ("[a](b) [c] {name} {1}", [], "[a\\](b) [c] \\{name} {1}"),
        ("C:\\temp \\*", [], "C:\\temp \\\\*"),
        ("https://x.de/_a_", [bold(0, 16)], "*https://x.de/_a\\_*"),
        ("https://x.de/_a_", [bold(0, 9)], "*https://x.de/_a*\\_"),
        ("https://x.de", [{"type": "url", "offset": 0, "length": 12}], "https://x.de"),
        ("ab", [bold(-1, 99), italic(5, 3), bold(1, -1)], "*ab*"),
        ("", [], ""),
    ],
)
def test_what_came_with_entities(text: str, entities: list[dict[str, Any]], source: str) -> None:
    assert from_entities(text, entities) == source


def test_placeholders_typed_in_telegram() -> None:
    text = "Dear {name}, \\{name} {1}"
    assert from_entities(text, [bold(5, 6)], placeholders=True) == "Dear *{name}*, \\{name} {1}"


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    text = draw(TEXTS.filter(lambda text: not any("\ud800" <= sign <= "\udfff" for sign in text)))
    place = st.integers(0, len(text.encode("utf-16-le")) // 2)
    entities = draw(st.lists(st.builds(lambda kind, at, length: kind(at, length), st.sampled_from([bold, italic, link]),
                                       place, place), max_size=6))  # fmt: skip
    return text, entities


def looks(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, frozenset[str]]]:
    """What Telegram shows of a message, sign by sign."""
    units = [at for at, sign in enumerate(text) for _unit in range(1 + (sign > "\uffff"))]
    styles: list[set[str]] = [set() for _sign in text]
    for entity in entities:
        for at in units[entity["offset"] : entity["offset"] + entity["length"]]:
            styles[at].add(entity.get("url") or entity["type"][0])
    return [(sign, frozenset() if sign.isspace() else frozenset(own)) for sign, own in zip(text, styles, strict=True)]


@given(messages())
@example(("_*a*_", [bold(0, 5), italic(1, 3)]))
@example(("https://x.de*", [bold(0, 13)]))
def test_a_message_is_shown_as_its_author_saw_it(message: tuple[str, list[dict[str, Any]]]) -> None:
    text, entities = message
    source = from_entities(text, entities)
    page = Page(html(source))
    assert page.words == text
    if "://" not in text:
        assert page.styled() == looks(text, entities)
    check(source, {})


@given(messages())
@example(("\\{name}", [bold(1, 3)]))
def test_placeholders_stay_where_they_are_wanted(message: tuple[str, list[dict[str, Any]]]) -> None:
    text, entities = message
    written = from_entities(text, entities, placeholders=True)
    assert plain(written, {}, {}) == re.sub(r"\\(\{[^\W\d_]+\})", r"\1", text)


@pytest.mark.parametrize(
    ("source", "quoted", "about"),
    [
        ("This is *bold and not closed", "This is *bold and not closed", "second one"),
        ("*eins\n\nzwei*", "*eins", "second one"),
        ("a _b", "a _b", "second one"),
        ("**Wichtig*", "**Wichtig*", r"\*\*"),
        ("请*务必回复", "请*务必回复", "second one"),
        ("„_leise“", "„_leise“", "second one"),
        ("*a *b* c*", "*a *b* c*", "the next * begins"),
        ("*a **b** c*", "*a **b** c*", "the next * begins"),
        ("see [here](mailto:a@x.de)", "see [here](mailto:a@x.de)", "full address"),
        ("see [here](https://x.de/a b)", "see [here](https://x.de/a b)", "full address"),
        ("see [](https://x.de)", "see [](https://x.de)", "no words"),
        ("Dear {nmae}", "Dear {nmae}", "You can use {name} and {club}"),
        ("All of this we write {nobody} and much behind it", "…we write {nobody} and much…", "no placeholder"),
    ],
)
def test_faults_name_the_place(source: str, quoted: str, about: str) -> None:
    with speaking("en"), pytest.raises(Fault) as raised:
        check(source, PLACEHOLDERS)
    assert isinstance(raised.value.sentence, Markup)
    sentence = raised.value.sentence.unescape()
    assert quoted in sentence
    assert about in sentence


@pytest.mark.parametrize(
    "source",
    [
        "*bold* _italic_ [words](https://x.de) {name} {VORNAME} {姓名}",
        "5 * 3 = 15, a_b, snake_case, 2*, 2 **",
        "* one\n* two *three*\n- four",
        "Mentor*innen, der*die Botschafter*in",
        "Name: ______ *** (*) ^_^",
        "https://x.de/_a_b *https://x.de/_a*",
        r"\*a \_b \{nobody} \[a](b)",
        "{} {1} {a b} { name }",
        "*crossing _marks* are_ fine",
        "un**believ**able 2**3",
        "",
    ],
)
def test_what_is_no_fault(source: str) -> None:
    check(source, PLACEHOLDERS)


def test_where_there_are_no_placeholders() -> None:
    with pytest.raises(Fault, match="cannot be used here"):
        check("Dear {name}", {})


@pytest.mark.parametrize("language", LANGUAGES)
@given(source=TEXTS)
def test_faults_are_sentences_in_every_language(language: str, source: str) -> None:
    with speaking(language):
        try:
            check(source, PLACEHOLDERS)
        except Fault as fault:
            assert fault.sentence.endswith((".", "。"))


@given(TEXTS)
def test_advice_helps(source: str) -> None:
    """With every sign escaped, nothing is left to complain about, and nothing is changed."""
    escaped = "".join(f"\\{sign}" if sign in "\\*_[]{" else sign for sign in source)
    check(escaped, {})
    assert plain(escaped, VALUES, PLACEHOLDERS) == source


@pytest.mark.parametrize(
    ("source", "limit", "parts"),
    [
        ("short", 10, ["short"]),
        ("One.\n\nTwo. Three.", 14, ["One.", "Two. Three."]),
        ("One.\nTwo. Three.", 14, ["One.", "Two. Three."]),
        ("One. Two. Three.", 14, ["One. Two.", "Three."]),
        ("Am 3. März, z. B. abends. Gern!", 28, ["Am 3. März, z. B. abends.", "Gern!"]),
        ("Am 3. März, z. B. abends", 20, ["Am 3. März, z. B.", "abends"]),
        ("你好。我们周五见面！请回复", 11, ["你好。我们周五见面！", "请回复"]),
        ("他说：“好。”我们走", 8, ["他说：“好。”", "我们走"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("中文没有空格", 4, ["中文没有", "空格"]),
        ("*one two three*", 8, ["*one two*", "*three*"]),
        ("*abcdef*", 3, ["*abc*", "*def*"]),
        ("ab [one two](https://x.de) cd", 8, ["ab", "[one two](https://x.de)", "cd"]),
        ("[one two](https://x.de)", 4, ["[one](https://x.de)", "[two](https://x.de)"]),
        ("see https://x.de/a_b now", 16, ["see", "https://x.de/a_b", "now"]),
        ("Hi {name}!", 6, ["Hi", "{name}", "!"]),
        ("🎉🎉🎉", 4, ["🎉🎉", "🎉"]),
        ("🇩🇪🇨🇳", 6, ["🇩🇪", "🇨🇳"]),
        ("👩‍💻👩‍💻", 9, ["👩‍💻", "👩‍💻"]),
        ("e\u0301e\u0301", 3, ["e\u0301", "e\u0301"]),
        (r"a\*b \*c d", 5, [r"a*b", r"\*c d"]),
        ("  \n\n" * 9, 4, []),
    ],
)
def test_cut_where_a_reader_would_pause(source: str, limit: int, parts: list[str]) -> None:
    assert split(source, limit) == parts


def test_room_for_what_is_filled_in() -> None:
    longest = {"name": "x" * 8}
    assert split("Dear {name}, hello", 14, longest, PLACEHOLDERS) == ["Dear {name},", "hello"]


@given(TEXTS, st.integers(2, 30))
def test_parts_fit_and_lose_nothing(source: str, limit: int) -> None:
    parts = split(source, limit)
    assert all(0 < visible_length(part, {}, {}) <= limit for part in parts) or parts == [source]
    whole, found = Page(str(to_html(source, {}, {}))), [Page(str(to_html(part, {}, {}))) for part in parts]
    assert _inked(sign for page in found for sign in page.styled()) == _inked(whole.styled())


@given(TEXTS, st.integers(20, 30))
@example("000](https://0)*000000*", 20)
def test_parts_fit_when_they_are_filled_in(source: str, limit: int) -> None:
    values = {"name": "Anna Berg"}
    parts = split(source, limit, values, PLACEHOLDERS)
    assert all(visible_length(part, values, PLACEHOLDERS) <= limit for part in parts)
    words = "".join(plain(part, values, PLACEHOLDERS) for part in parts)
    assert "".join(words.split()) == "".join(plain(source, values, PLACEHOLDERS).split())


def _inked(signs: Any) -> list[Any]:
    return [each for each in signs if not each[0].isspace()]


@given(st.lists(st.sampled_from("*_[](){}\\a \n中"), max_size=12).map("".join))
def test_a_part_of_itself_is_read_alike(source: str) -> None:
    """The marks of what was written anew mean what they meant."""
    anew = split(f"{source} {'x' * 30}", 30)[0] if source.strip() else ""
    assert Page(html(anew)).words == plain(anew, VALUES, PLACEHOLDERS)


def test_a_hostile_text_takes_no_time() -> None:
    for piece in ("[", "](", "[a](", "*", "* *a ", "_a", "\\", "{a", "https://", "\n ", "[\\", "**a", "https://*"):
        read(piece * (20_000 // len(piece)))
