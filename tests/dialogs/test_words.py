"""Holds the English words to the brief: quiet at first sight, plain, no numbers, no hollow promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs.signposts import FORCES, MATCHED

HERE = Path(__file__).resolve().parents[2] / "dialogs"
WORDS = yaml.load((HERE / "words" / "en.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
SIGNPOSTS = yaml.load((HERE / "signposts.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
FLOWS = {
    path.stem: yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for path in sorted((HERE / "flows").glob("*.yaml"))
}

LATER = (*FORCES, MATCHED)
"""Signposts of a flow that are not the catalogue's: a force's own, and those that go with what was said."""
LOUD = re.compile(r"prevent|radical|report|concern|police", re.IGNORECASE)
NEVER_SAID = (
    "anonym",
    "untraceable",
    "guarantee",
    "end-to-end",
    "encrypt",
    "suspect",
    "extremis",
    "won't be recorded",
    "ruin lives",
    "100%",
    "completely safe",
    "nobody will ever know",
    "as listed by",
)
BLAME = ("you should have", "your fault that", "you failed", "why didn't you", "why did you not", "hurry")
AT_FIRST_SIGHT = 60
LABEL = 60
USUAL_LABEL = 32
TELEGRAM = 1500


def lines(words: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Walk every key with its text."""
    if isinstance(words, dict):
        for name, below in words.items():
            yield from lines(below, f"{key}.{name}" if key else name)
    elif isinstance(words, list):
        for place, below in enumerate(words):
            yield from lines(below, f"{key}.{place}")
    else:
        yield key, str(words)


ALL = dict(lines(WORDS))
LABELS = {key: text for key, text in ALL.items() if ".choices." in key or key.startswith("always.")}
SHOWN = {key: text for key, text in ALL.items() if not key.startswith("commands.")}


def states() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Walk every state of every flow."""
    for name, flow in FLOWS.items():
        for state, body in flow["states"].items():
            yield name, state, body


def prompts() -> Iterator[tuple[str, str]]:
    """Walk what can stand first on a card: a notice, a repair, a paragraph, and the question itself."""
    for key, text in ALL.items():
        family = key.split(".")[0]
        if key.rsplit(".", 1)[-1] in ("ask", "say") or family in ("notice", "repair", "telegram"):
            yield key, text
        if key.startswith(("web.errors", "web.exit", "web.interruption", "terminal", "casework")):
            yield key, text


@pytest.mark.parametrize(("key", "text"), list(prompts()))
def test_no_loud_word_at_first_sight(key: str, text: str) -> None:
    """The first 60 characters of anything shown name neither the field nor the force, whose name is loud."""
    seen = text.replace("{force}", "police")[:AT_FIRST_SIGHT]
    assert not LOUD.search(seen), f"{key} is seen on a locked screen: begin it with other words"


def test_no_loud_word_after_the_banner() -> None:
    """With the banner before it, the first 60 characters are quiet too."""
    banner = ALL["common.banner.not_sent_yet"]
    loud = [key for key, text in prompts() if LOUD.search(f"{banner} {text}"[:AT_FIRST_SIGHT])]
    assert loud == []


def test_commands_and_names_are_quiet() -> None:
    """Command names, their descriptions and the name of the chat hold no loud word."""
    quiet = {
        key: text
        for key, text in ALL.items()
        if key.startswith(("commands.", "telegram.", "always.", "web.title"))
    }
    assert [key for key, text in quiet.items() if LOUD.search(text)] == []


def test_no_button_is_loud() -> None:
    """No button holds a loud word: buttons are read over a shoulder."""
    assert [key for key, text in LABELS.items() if LOUD.search(text)] == []


def test_nothing_is_promised_that_cannot_be_kept() -> None:
    """None of the promises that the brief forbids is made, and nobody is named as a suspect."""
    said = [(key, never) for key, text in SHOWN.items() for never in NEVER_SAID if never in text.lower()]
    assert said == []


def test_nobody_is_blamed() -> None:
    """No sentence blames or hurries the person who writes."""
    assert [(key, blame) for key, text in SHOWN.items() for blame in BLAME if blame in text.lower()] == []


def test_confidential_is_said_not_to_be_secret() -> None:
    """The consent, for each kind of person, says that it is in confidence and not secret."""
    consents = ("family.consent.say", "myself.before.say", "under_18.before.say")
    assert all(
        "not secret" in ALL[key] and "in confidence" in ALL[key].replace("confidential", "in confidence")
        for key in consents
    )


def test_no_number_is_typed_into_words() -> None:
    """Numbers and addresses come from the catalogue: no words hold one, of the catalogue's or another."""
    values = [entry["value"] for entry in SIGNPOSTS.values()]
    found = [
        (key, value)
        for key, text in SHOWN.items()
        for value in values
        if re.search(rf"\b{re.escape(value)}\b", text)
    ]
    found += [(key, "digits") for key, text in SHOWN.items() if re.search(r"\d[\d ]{3,}\d", text)]
    found += [
        (key, "address") for key, text in SHOWN.items() if re.search(r"https?://|www\.|\.uk\b|\.com\b", text)
    ]
    assert found == []


def test_labels_fit_a_phone() -> None:
    """Every button fits its 60 characters, and all but a few fit a phone's width."""
    assert [key for key, text in LABELS.items() if len(text) > LABEL] == []
    long = {key for key, text in LABELS.items() if len(text) > USUAL_LABEL}
    assert long == {"help.menu.choices.tell_family", "help.menu.choices.next"}, (
        "shorten it, or defend it here"
    )


def card(flow: str, state: str, body: dict[str, Any]) -> str:
    """Lay out the longest card a state can make."""
    words = WORDS[flow].get(state, {})
    parts = [
        ALL["common.banner.not_sent_yet"],
        max((t for k, t in ALL.items() if k.startswith("repair.")), key=len),
        words.get("say", ""),
    ]
    parts += list(words.get("also", {}).values()) + [words.get("why", ""), words.get("ask", "")]
    posts = [SIGNPOSTS[name] for name in body.get("signposts", []) if name in SIGNPOSTS]
    parts += [f"{post['name']}: {post['value']}, {post['hours']}" for post in posts]
    return "\n\n".join(parts)


@pytest.mark.parametrize(("flow", "state"), [(flow, state) for flow, state, _ in states()])
def test_every_card_is_short(flow: str, state: str) -> None:
    """Even with a repair above it, no card comes near what Telegram cuts off."""
    body = FLOWS[flow]["states"][state]
    assert len(card(flow, state, body)) < TELEGRAM


def sentences(text: str) -> list[str]:
    """Split a text into its sentences."""
    return [part for part in re.split(r"(?<=[.?!:])\s+", text.replace("\n", " ")) if part.strip()]


def syllables(word: str) -> int:
    """Count syllables, roughly."""
    found = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, found - (word.lower().endswith("e") and not word.lower().endswith("le") and found > 1))


def reading_grade(text: str) -> float:
    """Give the Flesch-Kincaid grade of a text."""
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_sentences_are_short() -> None:
    """No sentence a person is asked to read has more than 26 words."""
    told = {key: text for key, text in ALL.items() if key.rsplit(".", 1)[-1] in ("ask", "say", "why")}
    long = [(key, part) for key, text in told.items() for part in sentences(text) if len(part.split()) > 26]
    assert long == []


@pytest.mark.parametrize("flow", [name for name in FLOWS if name != "about"])
def test_it_reads_at_about_nine(flow: str) -> None:
    """Each conversation reads, as a whole, at about the age of nine or ten (school grade five or below)."""
    told = " ".join(
        text
        for key, text in ALL.items()
        if key.startswith(f"{flow}.") and ".choices." not in key and ".short" not in key
    )
    assert reading_grade(told) < 5.0


def test_every_further_question_can_be_skipped_and_says_why() -> None:
    """Each of the further questions has *Skip* and *I don't know*, and says why it is asked."""
    family = FLOWS["family"]["states"]
    names = list(family)
    asked = names[names.index("relation") : names.index("check_answers")]
    without = [
        name for name in asked if "why" not in WORDS["family"][name] or "skip" not in family[name]["choices"]
    ]
    unsure = [name for name in asked if "dont_know" not in family[name]["choices"]]
    assert without == []
    assert unsure == ["reach", "name"], "only what a person surely knows has no *I don't know*"


def test_every_question_has_its_words() -> None:
    """Every state with a screen has its question, and every button its label."""
    missing = []
    for flow, state, body in states():
        words = WORDS[flow].get(state, {})
        if "end" not in body and not words.get("ask"):
            missing.append(f"{flow}.{state}.ask")
        for option in body.get("choices", {}):
            if option not in {**WORDS["common"]["choices"], **words.get("choices", {})}:
                missing.append(f"{flow}.{state}.choices.{option}")
    assert missing == []


def test_no_flow_and_no_words_name_a_place_or_a_force() -> None:
    """A force, a town or an address is data of a profile: neither flows nor words name one."""
    places = re.compile(
        r"birmingham|coventry|dudley|sandwell|solihull|walsall|wolverhampton|west midlands", re.IGNORECASE
    )
    texts = {path.name: path.read_text(encoding="utf-8") for path in (HERE / "flows").glob("*.yaml")}
    texts["en.yaml"] = (HERE / "words" / "en.yaml").read_text(encoding="utf-8")
    assert [name for name, text in texts.items() if places.search(text)] == []


def test_every_signpost_has_its_provenance() -> None:
    """Each entry says where it was read, how surely and when; what is not confirmed is switched off."""
    fields = {"name", "value", "href", "hours", "source", "mark", "checked", "on"}
    assert [key for key, entry in SIGNPOSTS.items() if set(entry) != fields] == []
    assert [
        key
        for key, entry in SIGNPOSTS.items()
        if not re.match(r"tel:\d+$|sms:\d+$|https://\S+$", entry["href"])
    ] == []
    assert [
        key for key, entry in SIGNPOSTS.items() if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", entry["checked"])
    ] == []
    assert [key for key, entry in SIGNPOSTS.items() if entry["mark"] not in ("V", "V2", "?")] == []
    assert [
        key for key, entry in SIGNPOSTS.items() if (entry["mark"] == "?") != (entry["on"] == "false")
    ] == []


def test_flows_show_only_signposts_that_are_on() -> None:
    """A flow names no signpost that is missing or switched off."""
    named = [(flow, state, post) for flow, state, body in states() for post in body.get("signposts", [])]
    assert [
        place
        for place in named
        if place[2] not in LATER and SIGNPOSTS.get(place[2], {"on": "false"})["on"] == "false"
    ] == []


def test_examples_vary() -> None:
    """The examples that help a person begin, and the signs, name more than one cause and community."""
    examples = ALL["family.ideas.say"].lower()
    assert all(word in examples for word in ("white people", "going abroad", "each week it is something new"))
    signs = ALL["reading.signs.say"].lower()
    assert all(
        word in signs
        for word in (
            "no particular order",
            "race or faith",
            "misuse a faith",
            "a mix of ideas",
            "any community",
        )
    )


def test_the_source_page_is_not_copied() -> None:
    """The facts of the force's page are told in our own words: its phrases are not repeated."""
    assert "hard target" not in " ".join(ALL.values()).lower()
    assert "harder target" not in " ".join(ALL.values()).lower()
