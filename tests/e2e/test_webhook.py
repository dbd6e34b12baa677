"""The door for the hub in a real server: what it answers, and what it never does."""

import http.server
import json
import threading
import uuid

import pytest
import requests
from hub_control import STORE_CNPJ
from patience import PATIENCE
from shop import open_shop, wait_until


@pytest.fixture(scope="module")
def shop():
    with open_shop("webhook") as shop:
        shop.only_pokes()
        shop.start()
        shop.connect()
        shop.add_product("CAN-325", "Caneca", 39.9)
        yield shop


@pytest.fixture(scope="module")
def address(shop):
    return shop.value("SELECT plug4market_webhook_token FROM res_company LIMIT 1")


@pytest.fixture
def door(shop, address):
    """A function that posts a body to the webhook's address."""

    def post(body, token=address, **options):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        answer = requests.post(
            f"{shop.server.url}/plug4market/webhook/{token}",
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=PATIENCE,
            **options,
        )
        assert "Set-Cookie" not in answer.headers
        return answer

    return post


@pytest.fixture
def bystander():
    """A listener on this machine that nobody should call; gives what it was asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            asked.append((self.path, dict(self.headers)))
            self.send_response(200)
            self.end_headers()

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def notice(order_id, *, store=STORE_CNPJ, status="APPROVED", url=None):
    """Return what the hub posts for an order."""
    return {
        "order": {
            "orderId": order_id,
            "status": status,
            "storeCnpj": store,
            "resourceUrl": url or f"http://127.0.0.1/orders/{order_id}",
        }
    }


def events(shop, order_id):
    """Return the state and message of the notices kept for an order."""
    return shop.sql(
        "SELECT state, message FROM plug4market_order_event "
        f"WHERE kind = 'notice' AND order_uid = '{order_id.lower()}' ORDER BY id"
    )


def kept(shop):
    return int(shop.value("SELECT count(*) FROM plug4market_order_event"))


@pytest.mark.parametrize("token", ["wrong", "%00", "a" * 300, "ção"])
def test_a_wrong_token_gets_a_404_in_json_and_leaves_nothing(shop, door, token):
    before = kept(shop)
    answer = door(notice(str(uuid.uuid4())), token=token)

    assert answer.status_code == 404
    assert answer.json()["error"]
    assert kept(shop) == before


@pytest.mark.parametrize(
    "body", [b"{", {"product": {"sku": "CAN-325"}}, {"filler": "x" * 70_000}]
)
def test_a_stranger_is_not_told_what_the_door_takes(door, body):
    answer = door(body, token="wrong")

    assert answer.status_code == 404
    assert answer.json() == {"error": "unknown webhook address"}


def switch(shop, *, on):
    """Switch the store that has an address on or off, as its settings do."""
    companies = shop.odoo.call(
        "res.company", "search", [("plug4market_webhook_token", "!=", False)]
    )
    shop.odoo.call("res.company", "write", companies, {"plug4market_active": on})


@pytest.fixture
def second(shop, address):
    """A second process; the company has its old address again when it ends."""
    server = shop.start()
    yield server
    shop.sql(
        f"UPDATE res_company SET plug4market_webhook_token = '{address}' "
        "WHERE plug4market_webhook_token IS NOT NULL"
    )
    switch(shop, on=True)
    shop.servers.remove(server)
    server.stop()


def test_a_replaced_address_is_refused_at_once_by_every_process(shop, address, second):
    def statuses(token):
        return [
            requests.post(
                f"{server.url}/plug4market/webhook/{token}",
                json=notice(str(uuid.uuid4())),
                timeout=PATIENCE,
            ).status_code
            for server in (second, shop.server)
        ]

    assert statuses(address) == [200, 200]
    companies = shop.odoo.call(
        "res.company", "search", [("plug4market_active", "=", True)]
    )
    shop.odoo.call("res.company", "action_plug4market_replace_webhook", companies)
    token = shop.value("SELECT plug4market_webhook_token FROM res_company LIMIT 1")
    assert token != address
    assert statuses(address) == [404, 404]
    assert statuses(token) == [200, 200]

    switch(shop, on=False)
    assert statuses(token) == [404, 404]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[1, 2]",
        b'"text"',
        b"null",
        b"[" * 20000,
        {"order": {"status": "APPROVED"}},
        {"order": {"orderId": "../../auth/refresh"}},
        {"order": {"orderId": ["a"]}},
    ],
)
def test_what_is_no_notice_gets_a_400_in_json_and_leaves_nothing(shop, door, body):
    before = kept(shop)
    answer = door(body)

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    assert kept(shop) == before


def test_a_large_body_gets_a_413_in_json(shop, door):
    before = kept(shop)
    answer = door({**notice(str(uuid.uuid4())), "filler": "x" * 70_000})

    assert answer.status_code == 413
    assert answer.json()["error"]
    assert kept(shop) == before


def test_a_body_of_unknown_length_is_not_read(shop, door):
    before = kept(shop)
    answer = door(b"", stream=True)
    assert answer.status_code == 400

    chunks = iter([json.dumps(notice(str(uuid.uuid4()))).encode()])
    url = answer.url
    answer = requests.post(url, data=chunks, timeout=PATIENCE)
    assert answer.status_code in (400, 411, 413)
    assert kept(shop) == before


def test_a_notice_of_another_kind_is_taken_with_thanks(shop, door):
    before = kept(shop)
    answer = door({"product": {"sku": "CAN-325"}})

    assert answer.status_code == 200
    assert answer.json()["received"] is False
    assert kept(shop) == before


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_other_verbs_are_not_allowed(shop, address, verb):
    url = f"{shop.server.url}/plug4market/webhook/{address}"
    answer = requests.request(verb, url, timeout=PATIENCE)

    assert answer.status_code == 405


def test_the_address_in_a_notice_is_never_called(shop, door, bystander):
    url, asked = bystander
    order = shop.hub.order([("CAN-325", 1, 39.9)])
    shop.hub.forget_calls()
    door(notice(order["id"], url=f"{url}/orders/{order['id']}"))
    wait_until(lambda: order["id"] in shop.orders(), "the order in Odoo")

    assert asked == []
    assert f"/orders/{order['id']}" in [call["path"] for call in shop.hub.calls()]


def test_the_same_notice_ten_times_makes_one_order_that_is_confirmed_once(shop, door):
    order = shop.hub.order([("CAN-325", 1, 39.9)])
    shop.hub.forget_calls()
    senders = [
        threading.Thread(target=door, args=[notice(order["id"])]) for _ in range(10)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    wait_until(
        lambda: [state for state, _ in events(shop, order["id"])] == ["done"] * 10,
        "the end of all ten notices",
    )
    wait_until(lambda: shop.hub.get_order(order["id"])["integratedStore"], "confirmed")

    assert order["id"] in shop.orders()
    confirmations = shop.hub.calls(path_prefix=f"/orders/{order['id']}/confirm")
    assert len(confirmations) == 1


def test_characters_that_a_database_refuses_do_no_harm(shop, door):
    order_id = str(uuid.uuid4())
    answer = door(notice(order_id, status="APPRO\0VED", store=STORE_CNPJ + "\0"))

    assert answer.status_code in (200, 400)
    assert answer.json()


def test_the_notice_of_a_store_that_nobody_has_is_recorded_and_ignored(shop, door):
    order = shop.hub.order([("CAN-325", 1, 39.9)])
    answer = door(notice(order["id"], store="99888777000166"))

    assert answer.status_code == 200
    ((state, message),) = events(shop, order["id"])
    assert state == "ignored"
    assert "99888777000166" in message


def test_a_fresh_notice_wakes_the_queue_although_a_retry_is_due(shop, door):
    """What is tried again was not poked for: the scheduler finds it in its own time."""
    shop.sql(
        "INSERT INTO plug4market_order_event (company_id, kind, origin, order_uid, "
        "order_uid_raw, state, failure, attempts, next_attempt_at, create_date) "
        "SELECT id, 'notice', 'webhook', 'ffffffff-0000-4000-8000-000000000000', "
        "'ffffffff-0000-4000-8000-000000000000', 'pending', 'transient', 1, "
        "now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC' FROM res_company LIMIT 1"
    )
    order = shop.hub.order([("CAN-325", 1, 39.9)])
    door(notice(order["id"]))
    wait_until(lambda: order["id"] in shop.orders(), "the order of the fresh notice")


def test_the_logs_hold_no_complaint_and_no_token(shop, address):
    log = shop.server.log_path.read_text()
    ((access, refresh),) = shop.sql(
        "SELECT access_token, refresh_token FROM plug4market_connection"
    )

    assert "/plug4market/webhook/***" in log
    for secret in (address, access, refresh):
        assert secret not in log
    shop.assert_clean_logs()
