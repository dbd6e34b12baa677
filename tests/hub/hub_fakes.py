"""A real HTTP server that answers what a test tells it, and tokens to call it with."""

import base64
import json
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

STORE = "11222333000181"
HOUSE = "08187168000160"


def make_jwt(**claims):
    """Return a JWT with the claims; its signature is nobody's."""

    def encode(value):
        text = json.dumps(value).encode()
        return base64.urlsafe_b64encode(text).rstrip(b"=").decode()

    return f"{encode({'alg': 'HS256', 'typ': 'JWT'})}.{encode(claims)}.c2lnbmF0dXJl"


def make_tokens(generation=0, issued=1_790_000_000):
    """Return (access, refresh) with the claims of the hub's (docs/hub-api.md 2)."""
    access = make_jwt(
        softwareHouse=HOUSE,
        store=STORE,
        url="https://api.sandbox.plug4market.com.br",
        type="store",
        generation=generation,
        iat=issued,
        exp=issued + 86_400,
    )
    refresh = make_jwt(
        softwareHouseCnpj=HOUSE,
        storeCnpj=STORE,
        generation=generation,
        iat=issued,
        exp=issued + 7 * 86_400,
    )
    return access, refresh


def make_pair(generation=0):
    import hub

    return hub.TokenPair(*make_tokens(generation))


def bomb(megabytes, wbits=31):
    """Return blanks packed to a thousandth: as gzip, or with another zlib header."""
    packer = zlib.compressobj(wbits=wbits)
    blanks = b" " * 1_000_000
    packed = [packer.compress(blanks) for _megabyte in range(megabytes)]
    return b"".join([*packed, packer.flush()])


@contextmanager
def holding_at_most(size):
    """Fail when Python ever held more bytes than ``size`` on top of what it had."""
    tracemalloc.start()
    try:
        yield
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < size


@dataclass
class Received:
    """A request as it came over the wire; ``peer`` tells its connection."""

    method: str
    path: str
    headers: dict
    body: bytes
    peer: tuple

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class ScriptedServer:
    """Answer each request with the next of the answers; repeat the last one."""

    answers: list = field(default_factory=list)
    received: list = field(default_factory=list)
    hung_up: Event = field(default_factory=Event)

    def answer(self, status=200, body=b"", **headers):
        """Add an answer; a body that is no bytes is sent as JSON.

        An iterator is sent in chunks for as long as the other side listens.
        """
        kind = headers.pop("content_type", "application/json")
        if not isinstance(body, bytes | Iterator):
            body = json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, body, {"Content-Type": kind, **named}))
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def calls(self):
        return [(request.method, request.path) for request in self.received]

    def __enter__(self):
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    script.hung_up.set()

            def handle_any(self):
                size = int(self.headers.get("Content-Length") or 0)
                request = Received(
                    self.command,
                    self.path,
                    dict(self.headers),
                    self.rfile.read(size),
                    self.client_address,
                )
                script.received.append(request)
                status, body, headers = script._next()
                if status is None:
                    # Die with the request received and no answer given.
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if isinstance(body, Iterator):
                    return self.stream(body)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def stream(self, pieces):
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for piece in pieces:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *arguments):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _next(self):
        if len(self.answers) > 1:
            return self.answers.pop(0)
        return self.answers[0]
