"""What each error page says: what happened, what to do, and that nothing is lost. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One error page. ``gives_back``: what was typed and not kept is shown again, to copy."""

    status: int
    heading: str
    paragraphs: tuple[str, ...]
    way_on: str = "/"
    way_on_name: str = "Go on from the first page"
    gives_back: bool = False


_KEPT = "Nothing that was kept before is lost."
_AGAIN = "Wait a moment, then try again. The wait grows with each failure, up to a quarter of an hour."
_WHY_ONE = "The officers’ pages answer to one host name only: the reporters’ door lives on another, "

FAULTS: dict[int, Fault] = {
    fault.status: fault
    for fault in (
        Fault(
            400,
            "That could not be understood",
            ("Your browser sent something that is not one of our forms.", _KEPT),
        ),
        Fault(
            401,
            "You have been signed out",
            (
                "Your session ended: it was quiet too long, open all day, or you signed in elsewhere.",
                f"What you just sent was not kept. {_KEPT}",
            ),
            "/sign-in",
            "Sign in again",
            gives_back=True,
        ),
        Fault(
            403,
            "You cannot do that",
            ("Nothing was changed. If you think that you should be able to, ask a supervisor.",),
            gives_back=True,
        ),
        Fault(404, "There is nothing here", (f"Check the reference or the address. {_KEPT}",)),
        Fault(
            405,
            "That page cannot be used in this way",
            (f"Go back and use the buttons on the page. {_KEPT}",),
        ),
        Fault(
            408,
            "That took too long to arrive",
            (
                f"Not all of what you sent came through, so it was not kept. {_KEPT}",
                "Go back, where it may still stand, and send it again.",
            ),
        ),
        Fault(
            409,
            "Someone else was faster",
            (
                f"This changed while you were looking at it, so your change was not made. {_KEPT}",
                "Look again and decide anew.",
            ),
            gives_back=True,
        ),
        Fault(
            413,
            "That is too long",
            (
                f"What you sent is longer than this page takes, and was not kept. {_KEPT}",
                "Go back and shorten it, or send it in parts.",
            ),
        ),
        Fault(
            421,
            "This is not the officers’ address",
            (f"{_WHY_ONE}and neither may see the other’s cookie. Use the address below.",),
        ),
        Fault(429, "Too many attempts", (_AGAIN, _KEPT), "/sign-in", "Sign in"),
        Fault(
            500,
            "Something went wrong on our side",
            (
                f"It was not your doing. {_KEPT}",
                "Try again. If it happens twice, tell whoever runs this server.",
            ),
            gives_back=True,
        ),
        Fault(
            503,
            "Not available just now",
            (f"The service is busy or cannot reach its store. {_KEPT}", "Wait a minute and try again."),
            gives_back=True,
        ),
    )
}
