"""What every call to the hub passes: the log, the limit of calls and the faults.

Plain ASGI, because a middleware of the framework would cost more than the work itself
and could neither drop a connection nor swallow an answer.
"""

import asyncio
import time
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .calls import KEPT_ANSWER, KEPT_BODY, Call
from .errors import error_response
from .faults import CallFault, Faults
from .state import Hub
from .tokens import Caller, identify
from .webhooks import require_loopback

Message = MutableMapping[str, Any]
NOT_THE_HUB = ("/__control__", "/painel", "/static", "/docs", "/openapi.json")
NOT_LIMITED = ("/auth",)
GLANCE = 0.05  # seconds between two looks at a switch that holds a call
LANE_HEADER = b"x-lane"  # ours, for benchmarks: which of the caller's lanes this was
BAD_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>"
    "</html>"
)


class ConnectionDropped(Exception):
    """The caller gets no answer; only seen where there is no real connection."""


class Gate:
    def __init__(self, app: ASGIApp, hub: Hub) -> None:
        self.app = app
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if path == "/" or path.startswith(NOT_THE_HUB):
            foreign = is_foreign(headers.get(b"origin", b"").decode("latin-1"))
            refusal = error_response(403, "A página é de outra máquina")
            await (refusal if foreign else self.app)(scope, receive, send)
            return
        with self.hub.calls.at_work():
            await self._take(scope, receive, send, headers)

    async def _take(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        """Let a call travel here, answer it, and let the answer travel back."""
        path = scope["path"]
        body = await read_body(receive)
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        caller = identify(self.hub, authorization)
        call = (scope["method"], path, caller.store and caller.store.cnpj)
        distance = self.hub.faults.distance
        far = distance.strikes(*call)
        inward, outward = distance.draw_ways(self.hub.random) if far else (0, 0)
        await self._hold("distance", distance, inward)
        started = time.perf_counter()
        at = self.hub.clock()
        # Its token may have expired on the way.
        caller = identify(self.hub, authorization)
        scope.setdefault("state", {})["caller"] = caller
        exchange = Exchange(scope, body)
        failure = distance.draw_failure(self.hub.random) if far else None
        answer = await self._answer(exchange, caller, at, failure)
        await self._hold("distance", distance, outward)
        lane = headers.get(LANE_HEADER)
        self.hub.calls.add(
            Call(
                number=self.hub.calls.next_number(),
                at=at,
                store=caller.store.cnpj if caller.store else None,
                method=scope["method"],
                path=path,
                query=scope["query_string"].decode("latin-1"),
                status=exchange.status,
                request=body[:KEPT_BODY],
                answer=exchange.body[:KEPT_ANSWER],
                lane=lane.decode("latin-1") if lane else None,
                ms=(time.perf_counter() - started) * 1000,
                limited=not path.startswith(NOT_LIMITED),
            )
        )
        if answer is None:
            await drop_connection(send)
        elif self.hub.faults.trickle.strikes(*call):
            await self._trickle(exchange, send)
        else:
            await answer(send)
            if self.hub.faults.close_kept.strikes(*call):
                close_connection(send)

    async def _answer(
        self, exchange: "Exchange", caller: Caller, at: float, failure: str | None
    ) -> Callable[[Send], Awaitable[None]] | None:
        """Do the call unless something stops it; None means no answer at all."""
        faults = self.hub.faults
        call = (exchange.method, exchange.path, caller.store and caller.store.cnpj)
        limited = caller.store and not exchange.path.startswith(NOT_LIMITED)
        if limited:
            self.hub.calls.received_from(caller.store.cnpj, at)
        if faults.slow_answer.strikes(*call):
            await self._hold(
                "slow_answer", faults.slow_answer, faults.slow_answer.seconds
            )
        if failure == "drop_connection" or faults.drop_connection.strikes(*call):
            exchange.status = 0
            return None
        stopped = stopped_by_distance(failure) or stopped_by_fault(
            faults, call, caller, exchange.request_body
        )
        if stopped is None and limited:
            stopped = self._stopped_by_limit(caller, at)
        if stopped is not None:
            await exchange.run(stopped)
            return exchange.send_answer
        await exchange.run(self.app)
        if faults.lost_answer.strikes(*call):
            if faults.lost_answer.how == "drop":
                exchange.status = 0
                return None
            await exchange.run(HTMLResponse(BAD_GATEWAY, 502))
        elif exchange.status < 300 and faults.empty_answer.strikes(*call):
            await exchange.run(Response(status_code=200))
        elif exchange.status < 300 and faults.huge_answer.strikes(*call):
            await exchange.run(huge_answer())
        return exchange.send_answer

    async def _hold(self, name: str, switch: CallFault, seconds: float) -> bool:
        """Keep a call waiting, but end early, with False, when the switch is set."""
        end = time.monotonic() + seconds
        while switch is getattr(self.hub.faults, name):
            left = end - time.monotonic()
            if left <= 0:
                return True
            await asyncio.sleep(min(left, GLANCE))
        return False

    async def _trickle(self, exchange: "Exchange", send: Send) -> None:
        """Send the answer's body byte by byte, until the switch is set anew."""
        switch, body = self.hub.faults.trickle, exchange.body
        await send(exchange.messages[0])
        sent = 0
        while sent < len(body) and await self._hold("trickle", switch, switch.seconds):
            byte = body[sent : sent + 1]
            await send({"type": "http.response.body", "body": byte, "more_body": True})
            sent += 1
        await send({"type": "http.response.body", "body": body[sent:]})

    def _stopped_by_limit(self, caller: Caller, at: float) -> Response | None:
        limit, faults = self.hub.settings.rate_limit, self.hub.faults
        if self.hub.calls.admit(
            caller.store.cnpj,
            at,
            limit,
            fixed=faults.fixed_window,
            count_refused=faults.count_refused,
        ):
            return None
        # GUESS (section 13, line 40): no Retry-After header.
        seconds = faults.limit_retry_after
        headers = None if seconds is None else {"Retry-After": str(seconds)}
        return error_response(429, "Too Many Requests", headers)


def stopped_by_distance(failure: str | None) -> Response | None:
    """Return the answer that a call gets instead when something fails on the way."""
    if failure == "bad_gateway":
        return HTMLResponse(BAD_GATEWAY, 502)
    if failure == "server_error":
        return error_response(500, "Internal server error")
    if failure == "too_many_requests":
        return error_response(429, "Too Many Requests")
    return None


def stopped_by_fault(
    faults: Faults, call: tuple[str, str, str | None], caller: Caller, body: bytes
) -> Response | None:
    """Return the answer of the first switch that stops this call before its work."""
    path, too_many = call[1], faults.too_many_requests
    covers_auth = too_many.path_prefix.startswith(NOT_LIMITED)
    if faults.bad_gateway.strikes(*call):
        return stopped_by_distance("bad_gateway")
    if faults.server_error.strikes(*call):
        return stopped_by_distance("server_error")
    if (covers_auth or not path.startswith(NOT_LIMITED)) and too_many.strikes(*call):
        wait = too_many.retry_after
        headers = None if wait is None else {"Retry-After": str(wait)}
        return error_response(429, "Too Many Requests", headers)
    with_token = caller.store and not path.startswith(NOT_LIMITED)
    if with_token and faults.expired_access.strikes(*call):
        return error_response(401, "Token expirado")
    if faults.bad_request.concerns(body) and faults.bad_request.strikes(*call):
        text = faults.bad_request.message
        forms = {"string": text, "list": [text], "objects": [{"message": text}]}
        return error_response(400, forms[faults.bad_request.form])
    return None


@cache
def huge_answer() -> Response:
    """Make a JSON text of 100 MB, a thousandth of that on the wire."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS + 16)
    blanks = b" " * 1_000_000
    packed = [packer.compress(part) for part in [b'"', *[blanks] * 100, b'"']]
    content = b"".join([*packed, packer.flush()])
    return Response(content, 200, {"Content-Encoding": "gzip"}, "application/json")


class Exchange:
    """One call and its answer, kept until it is sure that the answer may leave."""

    def __init__(self, scope: Scope, body: bytes) -> None:
        self.scope = scope
        self.method = scope["method"]
        self.path = scope["path"]
        self.request_body = body
        self.status = 0
        self.messages: list[Message] = []

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    async def run(self, app: ASGIApp) -> None:
        """Let an application answer; a second run replaces the first answer."""
        self.messages = []
        await app(self.scope, self._receive, self._keep)

    async def send_answer(self, send: Send) -> None:
        for message in self.messages:
            await send(message)

    async def _receive(self) -> Message:
        return {"type": "http.request", "body": self.request_body, "more_body": False}

    async def _keep(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self.messages.append(message)


def is_foreign(origin: str) -> bool:
    """Say whether a web page from elsewhere makes the browser call us."""
    if not origin:
        return False
    try:
        require_loopback(origin)
    except ValueError:
        return True
    return False


async def read_body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def transport_of(send: Send) -> asyncio.Transport | None:
    # uvicorn hands out a method of its request cycle, which knows the socket.
    return getattr(getattr(send, "__self__", None), "transport", None)


def close_connection(send: Send) -> None:
    """Close a connection that the caller was told is kept."""
    if transport := transport_of(send):
        transport.close()


async def drop_connection(send: Send) -> None:
    """Cut the connection without a byte of an answer."""
    transport = transport_of(send)
    if transport is None:
        raise ConnectionDropped
    transport.abort()
    while not send.__self__.disconnected:
        await asyncio.sleep(0)
