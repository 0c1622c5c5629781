"""What each finding about a transcript means to an officer, and what to do about it. Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Explained:
    """A finding in words. ``name`` is the name it has in the log."""

    name: str
    title: str
    what: str
    todo: str

    def at(self, *seqs: int) -> Explained:
        """Say at which records."""
        places = ", ".join(str(seq) for seq in seqs)
        return replace(self, title=f"{self.title} ({self.name}, record {places})" if seqs else self.title)


_TELL = (
    "Tell a supervisor and whoever runs this server now. Do not rely on what is shown until they have found "
    "the cause. Nothing will be erased from this case meanwhile."
)

FINDINGS: dict[str, Explained] = {
    one.name: one
    for one in (
        Explained(
            "Gap",
            "A record is missing",
            "A record that was signed is not there any more. What it said cannot be shown.",
            _TELL,
        ),
        Explained(
            "Record",
            "A record does not open",
            "It was altered, or moved here from another place. What it said cannot be shown.",
            _TELL,
        ),
        Explained(
            "ChainMismatch",
            "The records are not those that were signed",
            "Every record opens, but at least one was not made at the reporter’s door or at this one.",
            _TELL,
        ),
        Explained(
            "HeadForged",
            "The signature of this case does not hold",
            "Nothing vouches that these records are all of them, or that they are the right ones.",
            _TELL,
        ),
        Explained(
            "UnauthenticatedTail",
            "Something stands after the last signed record",
            "It is shown apart below, and nobody vouches for it.",
            _TELL,
        ),
        Explained(
            "RolledBack",
            "An older state of this case was put back",
            "The log remembers more than is here: records are missing, or were replaced together.",
            _TELL,
        ),
    )
}

CANNOT_OPEN: dict[str, Explained] = {
    one.name: one
    for one in (
        Explained(
            "CaseKeyMismatch",
            "This case’s key is not its own",
            "The key that stands beside this case belongs to another one, so nothing is shown.",
            _TELL,
        ),
        Explained(
            "UnknownKey",
            "You do not hold the key of this case",
            "It is sealed to another team, or its key was destroyed when the case was erased.",
            "If you joined lately, ask a colleague whether you were admitted to the team that has it.",
        ),
        Explained(
            "Tampered",
            "The key of this case was altered",
            "What should open this case is not what was put there, so nothing is shown.",
            _TELL,
        ),
        Explained(
            "BadEnvelope",
            "The key of this case is damaged",
            "What should open this case cannot be read, so nothing is shown.",
            _TELL,
        ),
    )
}

NOT_THEIRS = "The signature does not hold: nobody vouches that this officer wrote it."
