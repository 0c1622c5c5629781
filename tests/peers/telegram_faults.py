"""What can go wrong between the bot and Telegram, one call at a time.

Never goes wrong by chance: a test says which call, how, and how often.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.peers.telegram_world import ApiError


@dataclass
class Fault:
    """Something that goes wrong with the next ``times`` calls of ``method`` (any, when empty).

    ``how``: ``answer`` (with ``code``), ``refuse`` (the connection is cut before anything is done), ``drop``
    (done, then cut without an answer), ``garbage`` (done, and the answer is not JSON), ``hang`` (nothing is
    done for ``seconds``, then the connection is cut).
    """

    method: str = ""
    how: str = "answer"
    times: int = 1
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    seconds: float = 5.0

    def takes(self, method: str) -> bool:
        """True when this call is one of those that go wrong; counts it."""
        if self.times < 1 or self.method.lower() not in ("", method):
            return False
        self.times -= 1
        return True

    def error(self) -> ApiError:
        """The refusal to answer with."""
        if self.retry_after:
            text = f"Too Many Requests: retry after {self.retry_after}"
            return ApiError(429, text, {"retry_after": self.retry_after})
        return ApiError(self.code, self.description)
