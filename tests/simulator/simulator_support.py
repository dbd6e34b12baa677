"""The simulator on a real socket, clients for it, and a place for its webhooks."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import uvicorn
from patience import PATIENCE

from simulator.app import create_app

CNPJ = "11222333000181"
OTHER_CNPJ = "19131243000197"

PRODUCT = {
    "productId": "100",
    "productName": "Camiseta",
    "sku": "CAM-P",
    "name": "Camiseta lisa P",
    "description": "Algodão<br />macio",
    "price": 59.9,
    "stock": 7,
    "width": 20,
    "height": 3.5,
    "length": 30,
    "weight": 200,
    "salesChannels": [],
}
INVOICE = {
    "nfeDate": "2026-03-10T10:00:00-03:00",
    "nfeNumber": "123",
    "nfeSerialNumber": "1",
    "nfeAccessKey": "35260311222333000181550010000001231000001234",
    "xml": '<?xml version="1.0"?><nfeProc/>',
}
SHIPMENT = {
    "shippingCarrier": "Correios",
    "trackingNumber": "BR123",
    "trackingUrl": "https://example.com/BR123",
}
DELIVERED = {"deliveredAt": "2026-03-12T21:00:48.066Z"}


# Made once: loading the certificates takes longer than most tests.
TLS = httpx.create_ssl_context()


def new_client(url, **options):
    options = {"timeout": PATIENCE, **options}
    return httpx.Client(base_url=url, verify=TLS, trust_env=False, **options)


class Clock:
    """The hub's time, which tests push forward."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.time() + self.ahead


class Server:
    """The simulator served from a thread."""

    def __init__(self, **options):
        self.clock = Clock()
        self.app = create_app(clock=self.clock, **options)
        config = uvicorn.Config(
            self.app,
            port=0,
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), "the simulator did not start"
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = self.app.hub.public_url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_error):
        self.server.should_exit = True
        self.thread.join(timeout=PATIENCE)


class Control:
    """The control API."""

    def __init__(self, url):
        self.http = new_client(f"{url}/__control__")

    def call(self, method, path, expect=None, /, **options):
        answer = self.http.request(method, path, **options)
        if expect is None:
            answer.raise_for_status()
        else:
            assert answer.status_code == expect, answer.text
        return answer.json()

    def get(self, path, **query):
        return self.call("GET", path, params=query)

    def post(self, path, expect=None, /, **body):
        return self.call("POST", path, expect, json=body)

    def put(self, path, expect=None, /, **body):
        return self.call("PUT", path, expect, json=body)

    def delete(self, path):
        return self.call("DELETE", path)

    def faults(self, **switches):
        return self.put("/faults", **switches)

    def settings(self, **changes):
        return self.put("/settings", **changes)

    def order(self, sku="CAM-P", quantity=1, **options):
        items = [{"sku": sku, "quantity": quantity}]
        return self.post("/orders", **{"store": CNPJ, "items": items, **options})

    def move(self, order_id, status):
        return self.post(f"/orders/{order_id}/status", status=status)


class Shop:
    """A store as its ERP sees the hub."""

    def __init__(self, url, pair):
        self.pair = pair
        self.http = new_client(url)
        self.use(pair["accessToken"])

    def use(self, token):
        self.http.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, expect=200, /, **options):
        answer = self.http.request(method, path, **options)
        assert answer.status_code == expect, f"{answer.status_code}: {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path, expect=200, /, **query):
        return self.call("GET", path, expect, params=query or None)

    def post(self, path, body=None, expect=200):
        return self.call("POST", path, expect, json=body)

    def put(self, path, body=None, expect=200):
        return self.call("PUT", path, expect, json=body)

    def delete(self, path, body=None, expect=200):
        return self.call("DELETE", path, expect, json=body)

    def create(self, **changes):
        return self.post("/products", {**PRODUCT, **changes}, 201)

    def invoiced(self, order_id):
        return self.post(f"/orders/{order_id}/invoice", INVOICE)

    def shipped(self, order_id):
        self.invoiced(order_id)
        return self.post(f"/orders/{order_id}/shipment", SHIPMENT)


class Receiver:
    """An ERP's webhook on this machine; `answers` are given in turn, then 200."""

    def __init__(self):
        self.notices, self.answers = [], []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                notice = json.loads(self.rfile.read(size))
                with receiver.arrived:
                    status = receiver.answers.pop(0) if receiver.answers else 200
                    receiver.notices.append(notice)
                    receiver.arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if status == 302:
                    self.send_header("Location", "http://192.0.2.1/")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhook"

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, args=(0.02,), daemon=True
        ).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()

    def wait_for(self, count):
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.notices) >= count, timeout=PATIENCE)
            return [notice["order"]["status"] for notice in self.notices]


def texts(answer):
    """Return the messages of an error in the shape of section 9.1, flat."""
    assert set(answer) == {"error_status", "error_messages"}
    (entry,) = answer["error_messages"]
    assert set(entry) == {"statusCode", "message", "error"}
    assert entry["statusCode"] == answer["error_status"]
    message = entry["message"]
    parts = message if isinstance(message, list) else [message]
    return [part["message"] if isinstance(part, dict) else part for part in parts]
