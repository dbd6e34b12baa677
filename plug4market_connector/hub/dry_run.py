"""What a call would send, found by the code that sends it."""

from dataclasses import dataclass
from typing import Any

from .client import Plug4MarketClient


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """A request that was not made."""

    verb: str
    path: str
    body: Any


class _Recorder(Plug4MarketClient):
    """A client that keeps its first request and makes none."""

    def __init__(self):
        self.planned = None

    def request(self, verb, path, *, json=None, **_options):
        self.planned = self.planned or PlannedRequest(verb, path, json)


def planned_request(call):
    """Return the PlannedRequest of ``call(client)``, which makes one call."""
    recorder = _Recorder()
    call(recorder)
    return recorder.planned
