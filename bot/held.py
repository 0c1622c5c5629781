"""Where a conversation stands, sealed and opened: all of it, or of a private one its outline, while the rest
waits in this process's memory. Decides nothing, and never writes down what is private.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.drafts import Draft
from bot.memory import Memory
from bot.plan import Plan
from dialogs import bounds

if TYPE_CHECKING:
    from dialogs.library import Library
    from storage.records import ConversationRow
    from storage.reporter_seals import ReporterSeals


def opened(row: ConversationRow, seals: ReporterSeals, memory: Memory) -> Draft | None:
    """Open a draft; none when nothing has been worked yet. A private one that memory no longer holds begins
    again from its outline, and says so. Raises ``CannotOpen``.
    """
    if row.sealed_draft is None:
        return None
    draft = Draft.from_bytes(seals.open_draft(row.draft_kid, row.id, row.version, row.sealed_draft))
    if not draft.snapshot.private:
        return draft
    held = memory.held(row.id, row.version)
    return Draft.from_bytes(held) if held else replace(draft, snapshot=bounds.lost(draft.snapshot))


def was_lost(row: ConversationRow, draft: Draft, memory: Memory) -> bool:
    """Say whether this is a private draft that begins again, because memory no longer holds it."""
    return draft.snapshot.private and memory.held(row.id, row.version) is None


def sealed(plan: Plan, seals: ReporterSeals, library: Library, memory: Memory) -> bytes:
    """Seal where a conversation stands after this plan."""
    before, draft = plan.conversation, plan.draft
    version = before.version + 1
    if draft.snapshot.private:
        memory.hold(before.id, version, draft.to_bytes())
        draft = replace(draft, snapshot=bounds.outline(library, draft.snapshot), case=None)
    return seals.seal_draft(plan.kid, before.id, version, draft.to_bytes())
