"""A page as a strict reader sees it: every element, every form, and the rules that each page of this door
keeps.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img"}
TYPED = {"input", "textarea", "select"}


@dataclass
class Element:
    """One element, with its text and what stands in it."""

    name: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def has(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()

    def all(self, *names: str) -> Iterator[Element]:
        for child in self.children:
            if isinstance(child, Element):
                if not names or child.name in names:
                    yield child
                yield from child.all(*names)

    def inside(self, name: str) -> bool:
        return self.parent is not None and (self.parent.name == name or self.parent.inside(name))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.here.name == tag, f"</{tag}> closes <{self.here.name}>: mend the template's nesting"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


@dataclass(frozen=True)
class Form:
    """A form, with the values it would send as it stands."""

    method: str
    action: str
    values: dict[str, str]


class Page:
    """One page, read strictly."""

    def __init__(self, text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        reader = _Reader()
        reader.feed(text)
        reader.close()
        assert reader.here is reader.root, f"<{reader.here.name}> is never closed"
        self.html, self.status, self.headers, self.root = text, status, headers or {}, reader.root

    @property
    def h1(self) -> str:
        return next(self.root.all("h1")).words

    @property
    def text(self) -> str:
        return next(self.root.all("main")).words

    def by_id(self, name: str) -> Element:
        return next(one for one in self.root.all() if one.attributes.get("id") == name)

    def by_class(self, name: str) -> list[Element]:
        return [one for one in self.root.all() if one.has(name)]

    def links(self) -> list[str]:
        return [one.attributes["href"] for one in self.root.all("a") if "href" in one.attributes]

    def forms(self) -> list[Form]:
        return [
            Form(one.attributes.get("method", "get"), one.attributes.get("action", ""), dict(_values(one)))
            for one in self.root.all("form")
        ]

    def form(self, ending: str) -> Form:
        found = [one for one in self.forms() if one.action.endswith(ending)]
        assert found, f"no form goes to …{ending}; there are {[one.action for one in self.forms()]}"
        return found[0]

    def offers(self, ending: str) -> bool:
        return any(one.action.endswith(ending) for one in self.forms())

    def check(self) -> None:
        """Hold the rules that every page keeps."""
        _headings(self.root)
        _names(self.root)
        _fields(self.root)
        _inert(self.root)
        for form in self.forms():
            if form.method == "post":
                assert form.values.get("csrf"), (
                    f"the form to {form.action} has no csrf field: use csrf_field()"
                )
        for link in self.root.all("a"):
            where = link.attributes.get("href", "")
            here = where.startswith(("/", "#")) or (
                self.status == 421 and where.startswith("http://localhost:")
            )
            assert here, f"a link leaves this door: {where}"
            assert link.attributes.get("class") or link.inside("li"), f"<a> without a class: {link.words}"
        for paragraph in self.root.all("p"):
            assert paragraph.attributes.get("class"), f"<p> without a class: {paragraph.words[:60]}"


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for one in form.all(*TYPED):
        name = one.attributes.get("name", "")
        if one.name == "textarea":
            yield name, one.text
        elif one.name == "select":
            options = list(one.all("option"))
            chosen = [o for o in options if "selected" in o.attributes] or options[:1]
            if chosen:
                yield name, chosen[0].attributes.get("value", chosen[0].words)
        elif one.attributes.get("type") not in ("radio", "checkbox") or "checked" in one.attributes:
            yield name, one.attributes.get("value", "")


def _headings(root: Element) -> None:
    headings = list(root.all("h1"))
    assert len(headings) == 1, f"a page has one h1, this has {len(headings)}"
    title = next(root.all("title")).words
    assert title.startswith(headings[0].words.removesuffix(" Urgent")), f"“{title}” must begin with its h1"
    levels = [int(one.name[1]) for one in root.all("h1", "h2", "h3", "h4") if one.inside("main")]
    for above, below in itertools.pairwise(levels):
        assert below <= above + 1, f"headings jump: {levels}"


def _names(root: Element) -> None:
    ids = Counter(one.attributes["id"] for one in root.all() if "id" in one.attributes)
    assert not [name for name, count in ids.items() if count > 1], (
        f"an id is used twice: {ids.most_common(2)}"
    )
    for one in root.all():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            for name in one.attributes.get(attribute, "").split():
                assert name in ids, f"{attribute}={name} points to nothing"
        where = one.attributes.get("href", "")
        if where.startswith("#"):
            assert where[1:] in ids, f"the link {where} goes nowhere"


def _fields(root: Element) -> None:
    labelled = {one.attributes.get("for") for one in root.all("label")}
    for one in root.all(*TYPED):
        if one.attributes.get("type") != "hidden":
            assert one.attributes.get("id") in labelled, f"a field without a label: {one.attributes}"
    for button in root.all("button"):
        assert button.words, "a button without words"


def _inert(root: Element) -> None:
    for one in root.all():
        assert one.name not in ("script", "style", "iframe", "object"), f"<{one.name}> on a page"
        wrong = [name for name in one.attributes if name.startswith("on") or name == "style"]
        assert not wrong, f"<{one.name}> carries {wrong}: no inline script or style"
