"""A hub in a few lines: canned answers in the documented format, and what was asked."""

import base64
import copy
import io
import json
import time
import uuid
from urllib.parse import parse_qs, urlsplit

import requests
import urllib3

URL = "https://hub.example.com"
HOUSE = "08187168000160"
# What each call of an order makes of it.
STATUS_AFTER = {
    "invoice": "INVOICED",
    "shipment": "SHIPPED",
    "delivered": "COMPLETED",
    "cancel": "CANCELED",
}


class FakeHub:
    """Takes what ``requests`` is about to send, and gives the Response."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Forget everything, as between two tests."""
        self.orders = {}
        self.products = {}
        # (method, path, body) of every call that was let in, and the tokens it bore.
        self.calls = []
        self.bearers = set()
        self.expired = set()

    def sent(self, method, path):
        """The bodies of the calls to one address."""
        return [body for m, p, body in self.calls if (m, p) == (method, path)]

    def answer(self, request):
        """The Response to a PreparedRequest."""
        url = urlsplit(request.url)
        body = json.loads(request.body or b"null")
        if url.path == "/auth/refresh":
            cnpj = _claims(body["refreshToken"])["storeCnpj"]
            return _response(request, 200, make_tokens(cnpj))
        bearer = request.headers["Authorization"].removeprefix("Bearer ")
        if bearer in self.expired:
            return _response(request, 401, _error(401, "Unauthorized"))
        self.bearers.add(bearer)
        self.calls.append((request.method, url.path, body))
        _root, resource, *parts = url.path.split("/")
        answer = getattr(self, f"_answer_{resource.replace('-', '_')}", None)
        status, content = (
            answer(request.method, parts, body or parse_qs(url.query))
            if answer
            else (404, _error(404, "Not Found"))
        )
        return _response(request, status, content)

    def _answer_sales_channels(self, _method, _parts, _values):
        return 200, [{"id": 7, "name": "Mercado Livre", "cnpj": "03007331000141"}]

    def _answer_products(self, method, parts, values):
        if method == "POST":
            self.products[values["sku"]] = values
            return 201, {}
        self.products[parts[0]].update(values)
        return 200, {}

    def _answer_orders(self, method, parts, values):
        if not parts:
            return 200, {"page": 1, "totalPages": 1, "total": 0, "data": []}
        order = self.orders[parts[0]]
        if len(parts) > 1:
            self._act(order, parts[1], values)
        return 200, copy.deepcopy(order)

    def _act(self, order, action, values):
        order["status"] = STATUS_AFTER.get(action, order["status"])
        if action == "confirm":
            order["integratedStore"] = True
        if action in ("invoice", "shipment"):
            values = {action: values}
        order.update(values if action != "cancel" else {})


def make_tokens(cnpj):
    """A new pair for a store: JWTs, of which only the claims matter."""
    now = int(time.time())
    made = {"iat": now, "jti": uuid.uuid4().hex}
    access = {"store": cnpj, "softwareHouse": HOUSE, "exp": now + 86_400}
    refresh = {"storeCnpj": cnpj, "exp": now + 7 * 86_400}
    return {
        "accessToken": _jwt({**access, **made}),
        "refreshToken": _jwt({**refresh, **made}),
    }


def _jwt(claims):
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
    return ".".join([*(text.rstrip(b"=").decode() for text in texts), "c2lnbmF0dXJl"])


def _claims(token):
    text = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _error(status, message):
    entry = {"statusCode": status, "message": message, "error": message}
    return {"error_status": status, "error_messages": [entry]}


def _response(request, status, content):
    response = requests.Response()
    response.status_code = status
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    body = io.BytesIO(json.dumps(content).encode())
    response.raw = urllib3.HTTPResponse(body, preload_content=False)
    response.request, response.url = request, request.url
    return response
