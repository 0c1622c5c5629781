"""What keys are called on the officers' pages, and the short sentences that several share. Data only."""

from __future__ import annotations

STAGES: dict[str, str] = {
    "new": "New",
    "picked_up": "Picked up",
    "gathering": "Information gathering",
    "waiting": "Waiting for reporter",
    "gateway": "Gateway assessment",
    "closed": "Closed",
}

OUTCOMES: dict[str, str] = {
    "channel": "Referred (section 36) to Channel",
    "police_led": "Police-led partnership",
    "investigation": "Passed to investigation",
    "emergency": "Emergency passed to control room",
    "domestic_abuse": "Domestic abuse, passed to the right team",
    "signposted": "Signposted to other services",
    "transferred": "Transferred to another force",
    "no_action": "No further action",
    "duplicate": "Duplicate of, or linked to, another concern",
}

REASONS: dict[str, str] = {
    "explained": "Explained by context",
    "safeguarding": "Safeguarding, but not radicalisation",
    "mistaken": "Mistaken",
    "malicious": "Malicious",
    "cannot_identify": "Cannot identify the person",
}

CLOSING_FAULTS: dict[tuple[str, str], str] = {
    ("outcome", "missing"): "Choose an outcome",
    ("outcome", "unknown"): "Choose an outcome from the list",
    ("reason", "missing"): "Choose a reason: this outcome needs one",
    ("reason", "not_due"): "Choose no reason: this outcome has none",
    ("reason", "not_of_this_outcome"): "Choose a reason from the list",
    ("elsewhere", "missing"): "Enter the reference it goes on under: this outcome needs one",
    ("note", "missing"): "Write a note",
}

MOVES: dict[str, str] = {
    "pick_up": "Picked up",
    "put_back": "Put back in the queue",
    "lapse": "Went back to the queue: nothing happened in time",
    "close": "Closed",
}

DONE: dict[str, str] = {
    "picked-up": "You have it. Nothing has been opened yet.",
    "put-back": "It is back in the queue.",
    "note": "The note is kept.",
    "reply": "Your answer is kept and on its way.",
    "reply-waits": "Your answer is kept. They will see it at their next visit.",
    "moved": "Moved to the next stage.",
    "closed": "The case is closed.",
    "alarm": "The alarm is yours. Your name and the time are recorded. Pick the concern up if nobody has it.",
    "admitted": "Admitted. They can sign in now.",
    "everywhere": "You are signed out everywhere.",
}

PUSHED = (
    "It goes to them at once, as a message in the Telegram chat they used. Telegram can read it, and so can "
    "anyone who holds their phone."
)
WAITS = (
    "It waits for their next visit to the chat: they did not ask to be written to, so nothing is sent. "
    "They may read it soon or never; if it cannot wait, this is not the way."
)
NO_WAY = (
    "They asked not to be contacted, or the chat they used is closed. There is no way to answer them here."
)
