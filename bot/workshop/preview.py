"""Every screen of every flow in every language on one page, as cards, without running anything. The page has
no script and asks for nothing outside itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from dialogs.errors import FlowError
from dialogs.flow import Choice, Flow, State, Target
from dialogs.languages import ENGLISH, SOURCE, Language
from dialogs.library import Library
from dialogs.pseudo import PSEUDO, pseudo_library
from dialogs.screen import Line, Screen
from dialogs.screens import label
from dialogs.wording import Card

PAGE = "preview.html"
STYLE = """
*{box-sizing:border-box}
body{margin:0;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1d2733;background:#eef2f5}
header,main{max-width:88rem;margin:0 auto}h1{margin:.2rem 0}
h2{margin:2.5rem 0 .5rem;border-bottom:2px solid #52677a}
nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0;list-style:none}a{color:#0b4f8a}
nav a,.state h3 a{display:inline-block;min-height:24px}
fieldset{border:1px solid #9fb0bd;border-radius:8px;margin:1rem 0}
fieldset label{display:inline-flex;align-items:center;gap:.4rem;min-height:44px;margin-inline-end:1.2rem}
fieldset input{width:20px;height:20px}.state{margin:1.5rem 0;scroll-margin-top:1rem}
.state h3{margin:0;font-size:1.05rem}.note{margin:.1rem 0 .6rem;color:#44525f;font-size:.9rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,19rem),1fr));gap:.8rem;
align-items:start}
.card{background:#fff;border:1px solid #c5d0d8;border-radius:10px;padding:.9rem;overflow-wrap:anywhere}
.card .tongue{margin:0 0 .5rem;font-size:.8rem;color:#44525f}.card p{margin:.4rem 0;white-space:pre-line}
.card h4{margin:.8rem 0 .6rem;font-size:1.05rem}.when{font-size:.8rem;color:#7a3f0c}
.banner{color:#44525f;font-style:italic}.posts{padding-inline-start:1.1rem}
.buttons{list-style:none;margin:0;padding:0;display:grid;gap:.4rem}
.buttons li{border:1px solid #52677a;border-radius:8px;padding:.4rem .7rem}
.buttons .lead{display:block;font-size:.8rem}.missing{border-color:#a33}
:lang(ur){font-family:"Noto Nastaliq Urdu","Noto Sans Arabic",serif;line-height:2.1}
"""


def write(library: Library, languages: Sequence[str], folder: Path) -> Path:
    """Write the page into a folder. Raises ``FlowError`` for a language that nobody knows."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PAGE
    path.write_text(page(library, languages), encoding="utf-8")
    return path


def page(library: Library, languages: Sequence[str] = ()) -> str:
    """Make the page: of these languages, or of English and every other that is known."""
    if PSEUDO in languages:
        library = pseudo_library(library)
    spoken = [_language(library, code) for code in languages or (SOURCE, *library.wording.languages.known)]
    flows = [library.current(name) for name in library.names()]
    hiding = "".join(
        f'body:has(#show-{one.code}:not(:checked)) .card[lang="{one.code}"]{{display:none}}' for one in spoken
    )
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        "<title>Every screen of Concern Line</title>",
        f"<style>{STYLE}{hiding}</style></head><body><header><h1>Every screen</h1>",
        "<p>Drawn from the flows and the words; nothing was run. A button says where it leads.</p>",
        _index(flows),
        _choice(spoken),
        "</header><main>",
        *(_flow(library, flow, spoken) for flow in flows),
        "</main></body></html>\n",
    ]
    return "\n".join(parts)


def _language(library: Library, code: str) -> Language:
    if code != SOURCE and code not in library.wording.languages.known:
        raise FlowError([f"words/languages.yaml:1:1: there is no language {code!r}"])
    return ENGLISH if code == SOURCE else library.wording.languages[code]


def _index(flows: Sequence[Flow]) -> str:
    items = "".join(f'<li><a href="#{escape(flow.name)}">{escape(flow.name)}</a></li>' for flow in flows)
    return f'<nav aria-label="Flows"><ul>{items}</ul></nav>'


def _choice(spoken: Sequence[Language]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" id="show-{one.code}" checked> '
        f'<span lang="{one.code}">{escape(one.own)}</span></label>'
        for one in spoken
    )
    return f"<fieldset><legend>Languages shown</legend>{boxes}</fieldset>"


def _flow(library: Library, flow: Flow, spoken: Sequence[Language]) -> str:
    states = [state for state in flow.states.values() if not state.silent and not state.end]
    shown = "\n".join(_state(library, flow, state, spoken) for state in states)
    others = [name for name in flow.states if flow.states[name] not in states]
    silent = f'<p class="note">Without a screen: {escape(", ".join(others))}</p>' if others else ""
    ids = "".join(f'<span id="{escape(f"{flow.name}.{name}")}"></span>' for name in others)
    return f'<section><h2 id="{escape(flow.name)}">{escape(flow.name)}</h2>{silent}{ids}\n{shown}</section>'


def _state(library: Library, flow: Flow, state: State, spoken: Sequence[Language]) -> str:
    key = escape(f"{flow.name}.{state.name}")
    cards = "\n".join(_card(library, flow, state, language) for language in spoken)
    notes = [f"asks for {state.ask}", "" if state.keep == "none" else f"keeps: {state.keep}"]
    notes += [f"before going on: {state.check}" if state.check else "", "check page" if state.review else ""]
    said = escape(" · ".join(note for note in notes if note))
    head = f'<h3><a href="#{key}">{key}</a></h3><p class="note">{said}</p>'
    return f'<article class="state" id="{key}">{head}<div class="cards">{cards}</div></article>'


def _card(library: Library, flow: Flow, state: State, language: Language) -> str:
    key, words, code = f"{flow.name}.{state.name}", library.wording, language.code
    card = _drawn(library, flow, state, code)
    body = "".join(_body(library, key, state, card))
    buttons = "".join(_button(library, flow, state, choice, language) for choice in _choices(library, state))
    if state.ask != "choice":
        leads = _leads(flow, state.next) if state.next else "stays here"
        buttons = (
            f'<li>✎ <span class="lead" lang="en" dir="ltr">what they write: {leads}</span></li>{buttons}'
        )
    own = language.code == SOURCE or f"{key}.ask" in words.keys(language.code)
    mark = "" if own else " · in English until it is translated"
    return (
        f'<div class="card{"" if own else " missing"}" lang="{language.code}" dir="{language.direction}">'
        f'<p class="tongue" lang="en" dir="ltr">{escape(language.english)}{mark}</p>{body}'
        f'<p class="banner">{escape(card.banner)}</p><h4>{escape(card.heading)}</h4>'
        f'<ul class="buttons">{buttons}</ul></div>'
    )


def _body(library: Library, key: str, state: State, card: Card) -> Iterator[str]:
    words = library.wording
    yield from (_text(part) for part in card.paragraphs)
    for name, check in state.also:
        if words.has(f"{key}.also.{name}"):
            yield f'<p class="when" lang="en" dir="ltr">only if {escape(check)}:</p>'
            yield _text(words.text(Line(f"{key}.also.{name}"), card.language))
    if words.has(f"{key}.why"):
        yield _text(words.text(Line(f"{key}.why"), card.language))
    posts = "".join(f"<li>{escape(post.plain)}</li>" for post in card.signposts)
    yield f'<ul class="posts">{posts}</ul>' if posts else ""


def _drawn(library: Library, flow: Flow, state: State, code: str) -> Card:
    key = f"{flow.name}.{state.name}"
    body = (Line(f"{key}.say"),) if library.wording.has(f"{key}.say") else ()
    banner = Line("common.banner.not_sent_yet")
    screen = Screen(flow.name, state.name, 0, Line(f"{key}.ask"), body, (), banner, state.signposts)
    return library.wording.card(screen, code)


def _choices(library: Library, state: State) -> Iterator[Choice]:
    yield from (Choice(option, state.next) for option in library.listed(state.list))
    yield from state.choices


def _button(library: Library, flow: Flow, state: State, choice: Choice, language: Language) -> str:
    said = library.wording.text(label(library, f"{flow.name}.{state.name}", choice.option), language.code)
    leads = f"opens {escape(choice.url)}" if choice.url else _leads(flow, choice.targets)
    when = f' <span class="when">only if {escape(choice.check)}</span>' if choice.check else ""
    lead = f'<span class="lead" lang="en" dir="ltr">{escape(choice.option)}: {leads}{when}</span>'
    return f"<li>{escape(said)} {lead}</li>"


def _leads(flow: Flow, targets: Sequence[Target]) -> str:
    return ", else ".join(_lead(flow, target) for target in targets)


def _lead(flow: Flow, target: Target) -> str:
    when = f" if {escape(target.check)}" if target.check else ""
    if target.call:
        return f'→ <a href="#{escape(target.call)}">{escape(target.call)}</a>, and back{when}'
    if target.end:
        return f"ends: {escape(target.end)}{when}"
    return f'→ <a href="#{escape(f"{flow.name}.{target.to}")}">{escape(target.to)}</a>{when}'


def _text(text: str) -> str:
    return f"<p>{escape(text)}</p>"
