"""Four ways to ask the same ten questions: our ``advance``, python-telegram-bot's ConversationHandler,
aiogram's FSM with its MemoryStorage, and aiogram-dialog. Each takes updates made beforehand and speaks to
no network.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from dialogs.engine import advance, begin
from dialogs.events import Chose, Wrote
from dialogs.facts import Facts
from dialogs.library import make_library
from dialogs.profile import Profile
from dialogs.snapshot import dumps, loads

QUESTIONS = 10
NEXT = (*(f"q{number}" for number in range(1, QUESTIONS)), "over")
ANSWERS = tuple(f"what I noticed, part {number}" for number in range(QUESTIONS))
WHEN = datetime(2026, 1, 1, tzinfo=UTC)
Take = Callable[[], Awaitable[object]]


class Contender(Protocol):
    """One way to ask ten questions."""

    name: str

    def updates(self, person: int) -> list[Take]:
        """Make one person's updates: the first begins, the others answer."""
        ...

    def tidy(self) -> None:
        """Let go of what is only there to stand in for a network."""
        ...

    def held(self) -> object:
        """Give whatever keeps the live conversations."""
        ...


FLOW = "\n".join(
    [
        "flow: family",
        "start: hello",
        "states:",
        "  hello: {choices: {agree: {to: q0, do: [consent]}}}",
        *(
            f"  q{n}: {{ask: line, keep: record, check: short_line, next: {NEXT[n]}}}"
            for n in range(QUESTIONS)
        ),
        "  over: {end: over}",
        "stop: over",
        "leave: over",
    ]
)
WORDS = "family:\n  hello: {ask: Begin?, choices: {agree: Yes}}\n" + "".join(
    f"  q{n}: {{ask: Question {n}?}}\n" for n in range(QUESTIONS)
)
SHARED = "common: {banner: {not_sent_yet: Nothing has been sent yet.}}\nalways: {leave: Close}\n"


class Ours:
    """``advance``, with the snapshot written to bytes after every turn and read back before the next."""

    name = "dialogs.engine.advance"

    def __init__(self) -> None:
        post = "one: {name: One, value: '1', source: 'https://example.org', mark: V, checked: '2026-01-01'}"
        self._library = make_library({"family.yaml": FLOW}, WORDS + SHARED, post, Profile("bench", "Bench"))
        self._facts = Facts(WHEN, "telegram", "7K2M-9QXD")
        self.kept: dict[int, bytes] = {}

    def updates(self, person: int) -> list[Take]:
        """Begin and agree, then ten lines."""

        async def first() -> None:
            snapshot = begin(self._library, self._facts).snapshot
            agreed = advance(self._library, snapshot, Chose("agree", snapshot.step), self._facts)
            self.kept[person] = dumps(agreed.snapshot)

        async def answer(number: int) -> None:
            facts = replace(self._facts, now=WHEN + timedelta(seconds=30 * number))
            turn = advance(self._library, loads(self.kept[person]), Wrote(ANSWERS[number]), facts)
            self.kept[person] = dumps(turn.snapshot)

        return [first, *(lambda n=n: answer(n) for n in range(QUESTIONS))]

    def tidy(self) -> None:
        """Nothing stands in for anything."""

    def held(self) -> object:
        """The snapshots, as they would be sealed."""
        return self.kept


class Conversation:
    """python-telegram-bot's ConversationHandler, its state in memory and the answers in ``user_data``."""

    name = "python-telegram-bot ConversationHandler"

    def __init__(self) -> None:
        telegram, ext = importlib.import_module("telegram"), importlib.import_module("telegram.ext")
        self._telegram = telegram
        self._application = ext.Application.builder().token("1:bench").updater(None).build()
        self._application._initialized = True
        text = ext.filters.TEXT
        states = {n: [ext.MessageHandler(text, self._asker(n, ext))] for n in range(QUESTIONS)}
        entry = [ext.MessageHandler(ext.filters.Regex("^begin$"), self._begin)]
        self._application.add_handler(ext.ConversationHandler(entry, states, []))

    async def _begin(self, update: Any, context: Any) -> int:
        return 0

    def _asker(self, number: int, ext: Any) -> Any:
        async def asked(update: Any, context: Any) -> int:
            context.user_data[f"q{number}"] = update.message.text
            return int(number + 1 if number < QUESTIONS - 1 else ext.ConversationHandler.END)

        return asked

    def updates(self, person: int) -> list[Take]:
        """Eleven messages."""
        user = self._telegram.User(person, "Bench", False)
        chat = self._telegram.Chat(person, "private")
        made = [
            self._telegram.Update(n, message=self._telegram.Message(n, WHEN, chat, from_user=user, text=text))
            for n, text in enumerate(("begin", *ANSWERS), 1)
        ]
        return [lambda u=u: self._application.process_update(u) for u in made]  # type: ignore[misc]  # bound early

    def tidy(self) -> None:
        """Nothing stands in for anything."""

    def held(self) -> object:
        """The application, which keeps it all."""
        return self._application


class _Aiogram:
    """What both of aiogram's have: a dispatcher, fed with messages."""

    def __init__(self) -> None:
        self._types = importlib.import_module("aiogram.types")
        self._aiogram = importlib.import_module("aiogram")
        self._state = importlib.import_module("aiogram.fsm.state")
        storage = importlib.import_module("aiogram.fsm.storage.memory").MemoryStorage()
        names = {f"q{n}": self._state.State() for n in range(QUESTIONS)}
        self._group = type("Ten", (self._state.StatesGroup,), names)
        self._states = [getattr(self._group, f"q{n}") for n in range(QUESTIONS)]
        self._dispatcher = self._aiogram.Dispatcher(storage=storage)
        self._bot = importlib.import_module("aiogram_dialog.test_tools.bot_client").FakeBot()

    def updates(self, person: int) -> list[Take]:
        """Eleven messages."""
        chat = self._types.Chat(id=person, type="private")
        user = self._types.User(id=person, is_bot=False, first_name="Bench")
        made = [
            self._types.Update(
                update_id=n,
                message=self._types.Message(message_id=n, date=WHEN, chat=chat, from_user=user, text=text),
            )
            for n, text in enumerate(("begin", *ANSWERS), 1)
        ]
        return [lambda u=u: self._dispatcher.feed_update(self._bot, u) for u in made]  # type: ignore[misc]  # bound early

    def tidy(self) -> None:
        """Nothing stands in for anything."""

    def held(self) -> object:
        """The dispatcher, which keeps it all."""
        return self._dispatcher


class Machine(_Aiogram):
    """aiogram's FSM: state and answers in its MemoryStorage."""

    name = "aiogram FSM, MemoryStorage"

    def __init__(self) -> None:
        super().__init__()
        self._dispatcher.message.register(self._begin, self._aiogram.F.text == "begin")
        for number, state in enumerate(self._states):
            self._dispatcher.message.register(self._asker(number), state)

    async def _begin(self, message: Any, state: Any) -> None:
        await state.set_state(self._states[0])

    def _asker(self, number: int) -> Any:
        async def asked(message: Any, state: Any) -> None:
            await state.update_data({f"q{number}": message.text})
            await state.set_state(self._states[number + 1] if number < QUESTIONS - 1 else None)

        return asked


class Windows(_Aiogram):
    """aiogram-dialog: ten windows with a text input each, its messages taken by its own stand-in."""

    name = "aiogram-dialog"

    def __init__(self) -> None:
        super().__init__()
        dialog = importlib.import_module("aiogram_dialog")
        inputs = importlib.import_module("aiogram_dialog.widgets.input")
        texts = importlib.import_module("aiogram_dialog.widgets.text")
        self._manager = importlib.import_module("aiogram_dialog.test_tools").MockMessageManager()
        self._mode = dialog.StartMode.RESET_STACK
        windows = [
            dialog.Window(texts.Const(f"Question {n}?"), inputs.MessageInput(self._asker(n)), state=state)
            for n, state in enumerate(self._states)
        ]
        self._dispatcher.message.register(self._begin, self._aiogram.F.text == "begin")
        self._dispatcher.include_router(dialog.Dialog(*windows))
        dialog.setup_dialogs(self._dispatcher, message_manager=self._manager)

    async def _begin(self, message: Any, dialog_manager: Any) -> None:
        await dialog_manager.start(self._states[0], mode=self._mode)

    def _asker(self, number: int) -> Any:
        async def asked(message: Any, widget: Any, manager: Any) -> None:
            manager.dialog_data[f"q{number}"] = message.text
            await (manager.next() if number < QUESTIONS - 1 else manager.done())

        return asked

    def tidy(self) -> None:
        """Forget the messages that a network would have taken."""
        self._manager.reset_history()


def contenders() -> tuple[list[Contender], list[str]]:
    """Give those that can be measured here, and name those that are not installed."""
    found: list[Contender] = [Ours()]
    missing = []
    for module, kind in (("telegram.ext", Conversation), ("aiogram", Machine), ("aiogram_dialog", Windows)):
        if importlib.util.find_spec(module.partition(".")[0]):
            found.append(kind())
        else:
            missing.append(kind.name)
    return found, missing
