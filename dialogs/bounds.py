"""How far a private conversation reaches, and what of it may be written down. Keeps nothing, asks nothing.

1. A conversation is private while a private flow lies on it, or while anything said there is still in hand.
2. With the first question whose answer is kept, it is private no longer: what was not carried is gone. So
   what is typed there is as safe from a crash as any answer.
3. Of a private conversation only its outline may be written down: not where it stands, not what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from dialogs.flow import Flow
from dialogs.library import Library
from dialogs.screen import Line
from dialogs.snapshot import Frame, Snapshot
from dialogs.thinking import forgotten, thoughts

LOST = "notice.private_lost"


@lru_cache(maxsize=64)
def _private(flow: Flow) -> bool:
    return flow.private


def bounded(library: Library, snapshot: Snapshot) -> Snapshot:
    """Hold the first two rules, at the end of a turn."""
    top = snapshot.frames[-1]
    if not snapshot.private and not _private(library.flow(top.flow, top.edition)):
        return snapshot
    keeps = library.flow(top.flow, top.edition).states[top.state].keep in ("record", "identity")
    if keeps or snapshot.kept or snapshot.stage in ("filed", "ended"):
        return replace(forgotten(snapshot), private=False, frames=tuple(_others(library, snapshot)))
    private = len(list(_others(library, snapshot))) < len(snapshot.frames)
    return replace(snapshot, private=private or bool(thoughts(snapshot)))


def outline(library: Library, snapshot: Snapshot) -> Snapshot:
    """Give what may be written down: that somebody is thinking, in which language, at which step."""
    root = snapshot.frames[0]
    thinking = next((f for f in snapshot.frames if _private(library.flow(f.flow, f.edition))), None)
    frames = tuple(
        Frame(frame.flow, frame.edition, library.flow(frame.flow, frame.edition).start)
        for frame in (root, thinking)
        if frame is not None
    )
    return Snapshot(frames, snapshot.language, snapshot.step, private=True)


def lost(outlined: Snapshot) -> Snapshot:
    """Begin it again from its outline, saying so; buttons of before are buttons of another screen."""
    return replace(outlined, step=outlined.step + 1, notices=(Line(LOST),))


def _others(library: Library, snapshot: Snapshot) -> Iterator[Frame]:
    """List the frames that keep what they ask. The root is always one of them."""
    for number, frame in enumerate(snapshot.frames):
        if not number or not _private(library.flow(frame.flow, frame.edition)):
            yield frame
