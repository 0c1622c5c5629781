"""The closed register of deeds a flow may name. Each is pure: a moment in, the changed snapshot and the effects out.

Being written: the names are settled.

``consent`` opens the draft · ``file`` sends, ``file_urgent`` sends as urgent (and marks urgent what was sent already) · ``mark_urgent`` marks
urgent now or when it is sent · ``take_back`` a statement when sent, a discard when not · ``discard`` forgets what was never sent ·
``clear`` clears the chat · ``close`` ends the conversation · ``feedback`` hands over found, useful, stars and comment of this flow ·
``allow_push``, ``allow_visit``, ``allow_none`` say how an answer may reach them · ``forget`` drops this flow's answers.
"""

from __future__ import annotations
