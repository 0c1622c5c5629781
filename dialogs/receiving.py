"""What each kind of event means to what is on the screen: an answer, a command, an aside, or something that
does not fit.

Rules of this file:

1. Commands come first, from a slash, a button or a plain word, and work wherever a conversation stands.
2. Words are never lost in silence: they are kept, or the person is told that they were not.
3. Only a move that was made keeps the answer that led to it.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import answers, thinking
from dialogs.checks import CHECKS, visible
from dialogs.edits import take_edit
from dialogs.events import COMMANDS, Chose, Command, Commanded, Edited, Event, Sent, Wrote
from dialogs.flow import DONE, MOVES, NEXT, SKIP, Choice, State
from dialogs.languages import spoken
from dialogs.library import Library
from dialogs.screens import CHANGE, LEAVE, draw, label, open_choices, reviewed
from dialogs.walk import Walk
from dialogs.wording import plain

TRIES = 3
"""Answers that do not fit before help is laid on top."""
JUST_NOW = 4.0
"""Seconds after *Done* in which a message still belongs to the answer that it ended."""
ALWAYS_MEANT = frozenset({"emergency", "help", "stop", "leave"})
"""Commands that a plain word is even where words are asked: there, `hello` may be an answer."""
KINDS = frozenset({"sticker", "voice", "photo", "document", "location", "contact"})


def command_of(library: Library, event: Event, language: str) -> Command | None:
    """Recognise a command, however it was given."""
    if isinstance(event, Commanded):
        return event.name
    if isinstance(event, Chose):
        return COMMANDS.get(event.option[1:]) if event.option.startswith("!") else None
    if isinstance(event, Wrote):
        return library.wording.command(event.text, language)
    return None


def receive(walk: Walk, event: Event) -> bool:
    """Take one event in. Says whether anything is to be shown."""
    command = command_of(walk.library, event, spoken(walk.snapshot))
    if isinstance(event, Wrote) and walk.state.keep == "identity":
        walk.snapshot = answers.meant_for_capsule(walk.snapshot, event.name)
    if isinstance(event, Wrote) and walk.state.ask != "choice" and command not in ALWAYS_MEANT:
        command = None
    if command is not None:
        obey(walk, command)
    elif isinstance(event, Wrote):
        _wrote(walk, event)
    elif isinstance(event, Edited):
        take_edit(walk, event)
    elif isinstance(event, Sent) and event.kind == "command":
        walk.notice("repair.sent.command")
    elif isinstance(event, Sent):
        _miss(walk, f"repair.sent.{event.kind if event.kind in KINDS else 'other'}")
    else:
        return isinstance(event, Chose) and _chose(walk, event)
    return True


def obey(walk: Walk, command: Command) -> None:
    """Carry out one of the commands that always work."""
    if command == "start":
        if walk.snapshot.stage == "filed" and walk.root.again:
            _from_root(walk, "again")
        elif walk.snapshot.frames != (walk.first,):
            walk.notice("notice.where_you_are")
    elif command == "back":
        if not walk.back():
            walk.notice("notice.nothing_before")
    elif command in ("stop", "leave"):
        _from_root(walk, command)
    elif command in walk.root.interrupts:
        interrupt(walk, walk.root.interrupts[command])
    else:
        walk.notice("repair.not_understood")


def interrupt(walk: Walk, name: str) -> None:
    """Lay a flow over everything, or come back to it where it lies already."""
    depth = next((i for i, frame in enumerate(walk.snapshot.frames) if i and frame.flow == name), 0)
    if depth:
        walk.unwind(depth)
    walk.push(name)


def _from_root(walk: Walk, event: str) -> None:
    walk.unwind(1)
    if not walk.go(event):
        walk.notice("repair.lost")


def _chose(walk: Walk, event: Chose) -> bool:
    if event.step != walk.snapshot.step:
        return False
    if walk.state.review and event.option.startswith(LEAVE):
        return _leave_out(walk, event.option.removeprefix(LEAVE))
    question = event.option.removeprefix(CHANGE)
    if walk.state.review and question != event.option:
        return _change(walk, question)
    found = [choice for choice in _open(walk) if choice.option == event.option]
    if found:
        _choose(walk, found[0])
    else:
        _miss(walk, "repair.not_understood")
    return True


def _leave_out(walk: Walk, key: str) -> bool:
    if key not in dict(thinking.thoughts(walk.snapshot)):
        return False
    walk.snapshot = answers.left_out(walk.snapshot, key)
    walk.moved = True
    return True


def _change(walk: Walk, key: str) -> bool:
    question = walk.question_at(key)
    if question is None or key not in dict(reviewed(walk.snapshot)):
        return False
    walk.push(question.flow, question.state, resume=walk.top.state)
    if walk.state.ask != "choice":
        walk.notice("notice.changing")
    return True


def _open(walk: Walk) -> list[Choice]:
    return list(open_choices(walk.library, walk.snapshot, walk.facts, walk.flow, walk.state))


def _choose(walk: Walk, choice: Choice) -> None:
    if choice.url:
        return
    state, option, before = walk.state, choice.option, walk.snapshot
    gives = state.keep != "none" and (option == SKIP or is_answer(state, choice))
    has_words = state.ask != "choice" and bool(walk.moment().answer.parts) and not walk.top.replacing
    effects = len(walk.effects)
    if gives and not has_words:
        line = label(walk.library, walk.question.key, option)
        walk.take(answers.give_choice(walk.snapshot, walk.question, option, line))
    if option == DONE and state.ask == "words" and state.keep == "record":
        seconds = walk.facts.now.timestamp()
        walk.snapshot = replace(walk.snapshot, finished=walk.question.key, finished_at=seconds)
    listed = choice.targets is state.next and choice not in state.choices
    answered = state.keep != "none" and (gives or option == DONE)
    if not walk.go(NEXT if listed else f"chose {option}", option=option, answered=answered):
        del walk.effects[effects:]
        walk.snapshot = before
        _refused(walk, state, option)


def is_answer(state: State, choice: Choice) -> bool:
    """Say whether an option answers its question, or only leads away from it.

    Beside words, an option answers when it leads where the words would have led. In a question of options
    each does, save those that only open another flow.
    """
    if state.ask == "choice":
        return state.keep == "draft" or not all(target.call for target in choice.targets)
    onward = state.next if state.ask == "line" else next(c.targets for c in state.choices if c.option == DONE)
    return choice.option not in MOVES and choice.targets == onward


def _refused(walk: Walk, state: State, option: str, text: str = "") -> None:
    fails = state.guards(option) and not CHECKS[state.check](walk.moment(option, text))
    _miss(walk, f"repair.{state.check}" if fails else "repair.not_now")


def _miss(walk: Walk, notice: str) -> None:
    """Say kindly that it did not fit and ask again; after ``TRIES`` of them lay help on top."""
    walk.notice(notice)
    helping = walk.root.interrupts.get("help", walk.top.flow)
    tries = walk.top.tries + 1
    if tries < TRIES:
        walk.change(tries=tries)
        return
    walk.change(tries=0)
    if walk.top.flow != helping:
        walk.notice("notice.help_opened")
        interrupt(walk, helping)


def _wrote(walk: Walk, message: Wrote) -> None:
    text = message.text
    if not answers.storable(text):
        _miss(walk, "repair.cannot_store")
    elif not visible(text):
        _miss(walk, "repair.something_said")
    elif not answers.fits(walk.snapshot, text):
        walk.notice("repair.too_much")
    elif finished := _just_finished(walk):
        walk.take(answers.give_words(walk.snapshot, finished, text, name=message.name))
        walk.notice("notice.added_to_last")
    elif not _picked(walk, text):
        _take_words(walk, message)


def _picked(walk: Walk, text: str) -> bool:
    """Take words that are a button's label, or on a screen of choices its number, as a press."""
    said, snapshot = plain(text), walk.snapshot
    for number, button in enumerate(draw(walk.library, snapshot, walk.facts).buttons, 1):
        shown = plain(walk.library.wording.text(button.label, spoken(snapshot)))
        if said == shown or (said == str(number) and walk.state.ask == "choice"):
            return _chose(walk, Chose(button.option, snapshot.step))
    return False


def _take_words(walk: Walk, message: Wrote) -> None:
    ask, stage = walk.state.ask, walk.snapshot.stage
    if walk.state.keep == "private" and walk.facts.door == "telegram":
        _miss(walk, "repair.buttons_only")
    elif ask == "words":
        _more_words(walk, message)
    elif ask == "line":
        _one_line(walk, message)
    elif walk.snapshot.private:
        telegram = walk.facts.door == "telegram"
        _miss(walk, "repair.buttons_only" if telegram else "repair.nothing_kept_here")
    elif stage == "fresh":
        _miss(walk, "repair.nothing_kept_yet")
    else:
        walk.take(answers.say_aside(walk.snapshot, walk.question, message.text, message.name))
        if stage == "filed":
            walk.notice("notice.statement_sent")
        else:
            _miss(walk, "repair.kept_aside")


def _more_words(walk: Walk, message: Wrote) -> None:
    replacing, name = walk.top.replacing, message.name
    walk.take(answers.give_words(walk.snapshot, walk.question, message.text, replacing, name))
    walk.change(replacing=False, tries=0)
    sent = walk.snapshot.stage == "filed" and walk.state.keep == "record"
    held = "notice.held" if walk.state.keep == "private" else "notice.kept"
    walk.notice("notice.statement_sent" if sent else held)


def _one_line(walk: Walk, message: Wrote) -> None:
    state, before, effects, text = walk.state, walk.snapshot, len(walk.effects), message.text
    held = not state.check or CHECKS[state.check](walk.moment(text=text))
    if held:
        walk.take(answers.give_words(walk.snapshot, walk.question, text, replacing=True, name=message.name))
    if not held or not walk.go(NEXT, text=text, answered=True):
        del walk.effects[effects:]
        walk.snapshot = before
        _refused(walk, state, "", text)


def _just_finished(walk: Walk) -> answers.Question | None:
    """Name the question that *Done* has only just ended, on a network where messages can overtake a press."""
    since = walk.facts.now.timestamp() - walk.snapshot.finished_at
    if walk.facts.door != "telegram" or not walk.snapshot.finished or since > JUST_NOW:
        return None
    return walk.question_at(walk.snapshot.finished)
