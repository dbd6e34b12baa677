"""Reads answers within bounds, of bytes and of time.

Of itself the HTTP library has neither: it unpacks all that comes (a megabyte of gzip
may hold a gigabyte), and its timeout begins anew with every byte.
"""

import http.client
import io
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool
from urllib3.exceptions import HTTPError

from .errors import MAX_BODY, AnswerTooLarge, UnexpectedAnswer

Clock = Callable[[], float]
Pool = TypeVar("Pool", bound=HTTPConnectionPool)

# Held at once of what is being unpacked.
PIECE = 64 * 1024
# The packings that zlib tells apart by itself, and we ask for the first one.
PACKINGS = ("gzip", "x-gzip", "deflate")
ANY_HEADER = 32 + zlib.MAX_WBITS


def keep_body(response: requests.Response, limit: int) -> None:
    """Read the body of a streamed Response, and give its connection back.

    Of an error only the start is kept: its status counts, whatever it says.

    :raise AnswerTooLarge: when a success is more than ``limit`` bytes
    """
    succeeded = 200 <= response.status_code < 300
    try:
        if succeeded:
            body = read_body(response.raw, limit)
        else:
            body = read_start(response.raw, MAX_BODY)
    finally:
        response.close()
    response.raw = io.BytesIO(body)


def read_body(raw: BaseHTTPResponse, limit: int) -> bytes:
    """Return the unpacked body of a urllib3 response.

    :raise AnswerTooLarge: as soon as it is more than ``limit`` bytes
    :raise UnexpectedAnswer: when it cannot be unpacked
    """
    body = io.BytesIO()
    for piece in _unpacked(raw):
        body.write(piece)
        if body.tell() > limit:
            raise AnswerTooLarge(limit)
    return body.getvalue()


def read_start(raw: BaseHTTPResponse, limit: int) -> bytes:
    """Return the first ``limit`` bytes of a body, or what can be had of them."""
    body = io.BytesIO()
    with suppress(HTTPError, UnexpectedAnswer):
        for piece in _unpacked(raw):
            body.write(piece)
            if body.tell() >= limit:
                break
    return body.getvalue()[:limit]


def _unpacked(raw: BaseHTTPResponse) -> Iterator[bytes]:
    """Yield the body in pieces of at most PIECE bytes.

    Not left to urllib3, which before 2.6 unpacks all that a chunk holds, and as often
    as the headers name a packing.
    """
    packing = raw.headers.get("Content-Encoding", "identity").strip().lower()
    pieces = iter(lambda: raw.read(PIECE, decode_content=False), b"")
    if packing in ("", "identity"):
        yield from pieces
    elif packing in PACKINGS:
        yield from _unzipped(pieces)
    else:
        raise UnexpectedAnswer(f"Plug4Market packed its answer as {packing[:40]}.")


def _unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker, came = zlib.decompressobj(ANY_HEADER), False
    try:
        for piece in pieces:
            came, packed = True, piece
            while packed and not unpacker.eof:
                yield unpacker.decompress(packed, PIECE)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise UnexpectedAnswer("Plug4Market's answer cannot be unpacked.") from error
    if came and not unpacker.eof:
        raise UnexpectedAnswer("Plug4Market's answer breaks off.")


def bounded_session(seconds: float, clock: Clock = time.monotonic) -> requests.Session:
    """Return a session whose exchanges end: see ``bounded``."""
    session = _Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(seconds, clock))
    return session


def bounded(pool: Pool, seconds: float, clock: Clock = time.monotonic) -> Pool:
    """Return the urllib3 pool; each answer must be all there after these seconds.

    From its first byte, headers too, however steadily it drips.
    """

    kind: Any = pool.ConnectionCls

    class Connection(kind):  # type: ignore[misc]  # of whichever kind the pool makes
        @staticmethod
        def response_class(sock: Any, *args: Any, **options: Any) -> "_Answer":
            return _Answer(sock, *args, ends=clock() + seconds, clock=clock, **options)

    pool.ConnectionCls = Connection
    return pool


class _Session(requests.Session):
    def get_redirect_target(self, response: requests.Response) -> None:
        """Follow none: merely looking where one leads reads all of its body."""


class _Adapter(HTTPAdapter):
    """Has the pools of connections made bounded."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        self._bounds = (seconds, clock)
        super().__init__()

    # pylint: disable-next=missing-return  # it returns nothing
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self._bound(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if not known:
            self._bound(manager)
        return manager

    def _bound(self, manager: Any) -> None:
        def maker(kind: Any) -> Callable[..., Any]:
            return lambda *args, **options: bounded(
                kind(*args, **options), *self._bounds
            )

        kinds = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {
            scheme: maker(kind) for scheme, kind in kinds.items()
        }


class _Answer(http.client.HTTPResponse):
    """An answer that is read until a moment, and not a byte longer."""

    def __init__(
        self, sock: Any, *args: Any, ends: float, clock: Clock, **options: Any
    ) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Until(self.fp.detach(), ends, clock))


class _Until(io.RawIOBase):
    """A stream that fails to read on after a moment, as a socket does that waits."""

    def __init__(self, stream: io.RawIOBase, ends: float, clock: Clock) -> None:
        self._stream, self._ends, self._clock = stream, ends, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._clock() > self._ends:
            raise TimeoutError("timed out: it came too slowly")
        return self._stream.readinto(buffer)

    # pylint: disable-next=missing-return  # it returns nothing
    def close(self) -> None:
        self._stream.close()
        super().close()
