"""Notices of orders: section 8."""

import uuid

import pytest
from patience import wait_until
from simulator_support import CNPJ, OTHER_CNPJ, Receiver

from simulator.state import Hub
from simulator.webhooks import require_loopback

REFUSED = (
    "http://192.0.2.1/x",
    "http://example.com/x",
    "http://localhost.example.com/",
    "http://127.0.0.1.example.com/",
    "http://2130706433.example/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "127.0.0.1:8069",
    "http://0.0.0.0/",
)


@pytest.fixture
def quick_retries(monkeypatch):
    monkeypatch.setattr("simulator.webhooks.RETRY_DELAYS", (0.01, 0.01))


def test_the_payload(shop, control, receiver, simulator):
    control.settings(webhook_name="Meu ERP")
    order = control.order()
    receiver.wait_for(1)
    (notice,) = receiver.notices
    assert uuid.UUID(notice.pop("id"))
    assert notice == {
        "softwareHouseCnpj": "12345678000195",
        "order": {"status": "APPROVED", "orderId": order["id"], "storeCnpj": CNPJ},
        "webhookName": "Meu ERP",
        "resourceUrl": f"{simulator.url}/orders/{order['id']}",
    }


def test_the_id_is_the_registrations(shop, control, receiver):
    control.order()
    control.order()
    receiver.wait_for(2)
    assert len({notice["id"] for notice in receiver.notices}) == 1


def test_every_change_of_status_in_order(shop, control, receiver):
    order_id = control.order(status="CREATED")["id"]
    control.move(order_id, "APPROVED")
    shop.post(f"/orders/{order_id}/confirm", {"orderIdStore": "S1"})
    shop.shipped(order_id)
    shop.post(f"/orders/{order_id}/cancel/7")
    assert receiver.wait_for(5) == [
        *("CREATED", "APPROVED", "INVOICED", "SHIPPED", "CANCELED")
    ]


def test_sandbox_orders_are_announced(shop, control, receiver):
    shop.create()
    items = [{"sku": "CAM-P", "quantity": 1}]
    body = {"marketplace": 7, "status": 2, "orderItems": items}
    shop.post("/orders/new/sandbox", body, 201)
    assert receiver.wait_for(1) == ["APPROVED"]


def test_new_is_announced_as_created(shop, control, receiver):
    control.order(status="NEW")
    assert receiver.wait_for(1) == ["CREATED"]


def test_an_order_may_be_made_in_silence(shop, control, receiver):
    control.order(notify=False)
    control.order(status="CREATED")
    assert receiver.wait_for(1) == ["CREATED"]


def test_the_address_of_a_store_wins(shop, control, receiver):
    control.post("/stores", cnpj=OTHER_CNPJ)
    with Receiver() as own:
        control.settings(webhook_urls={OTHER_CNPJ: own.url})
        control.order(store=OTHER_CNPJ)
        control.order()
        own.wait_for(1)
        receiver.wait_for(1)
        assert [n["order"]["storeCnpj"] for n in own.notices] == [OTHER_CNPJ]
        assert [n["order"]["storeCnpj"] for n in receiver.notices] == [CNPJ]


def test_without_an_address_nothing_is_sent(shop, control):
    control.order()
    assert control.get("/webhooks") == []


def test_sending_again(shop, control, receiver):
    order_id = control.order()["id"]
    control.post(f"/orders/{order_id}/webhook", times=3)
    control.post(f"/orders/{order_id}/webhook")
    assert receiver.wait_for(5) == ["APPROVED"] * 5


def test_deliveries_are_listed(shop, control, receiver):
    control.order()
    (delivery,) = wait_until(lambda: control.get("/webhooks"))
    assert delivery["url"] == receiver.url
    assert delivery["payload"]["order"]["status"] == "APPROVED"
    assert (delivery["status"], delivery["attempt"]) == (200, 1)
    assert delivery["at"].endswith("Z")
    control.delete("/webhooks")
    assert control.get("/webhooks") == []


def test_a_refusal_is_tried_again(shop, control, receiver, quick_retries):
    receiver.answers = [500, 404]
    control.order()
    receiver.wait_for(3)
    rows = wait_until(
        lambda: rows if len(rows := control.get("/webhooks")) == 3 else None
    )
    assert [(row["status"], row["attempt"]) for row in rows] == [
        (500, 1),
        (404, 2),
        (200, 3),
    ]


def test_a_success_is_not_tried_again(
    shop, control, receiver, simulator, quick_retries
):
    receiver.answers = [204]
    control.order()
    receiver.wait_for(1)
    wait_until(lambda: not simulator.app.hub.webhooks.pending())
    assert [row["status"] for row in control.get("/webhooks")] == [204]


def test_retries_are_bounded(shop, control, receiver, simulator, quick_retries):
    receiver.answers = [500] * 10
    control.order()
    wait_until(
        lambda: (
            len(control.get("/webhooks")) == 3
            and not simulator.app.hub.webhooks.pending()
        )
    )
    assert len(receiver.notices) == 3


def test_a_redirect_is_not_followed(shop, control, receiver, quick_retries):
    receiver.answers = [302] * 3
    control.order()
    wait_until(lambda: len(control.get("/webhooks")) == 3)
    assert {row["status"] for row in control.get("/webhooks")} == {302}


def test_nobody_listening_is_recorded(shop, control, receiver, quick_retries):
    control.settings(webhook_url="http://127.0.0.1:1/nobody")
    control.order()
    rows = wait_until(lambda: control.get("/webhooks"))
    assert rows[0]["status"] is None
    assert "ConnectError" in rows[0]["answer"]


def test_a_slow_receiver_does_not_hold_the_hub_up(shop, control, receiver):
    with receiver.arrived:  # the receiver cannot answer while this is held
        order_id = control.order()["id"]
        control.move(order_id, "CANCELED")
        assert shop.get(f"/orders/{order_id}")["status"] == "CANCELED"
        assert receiver.notices == []
    assert receiver.wait_for(2) == ["APPROVED", "CANCELED"]


@pytest.mark.parametrize("url", REFUSED)
def test_only_this_machine_is_called(control, url):
    control.put("/settings", 422, webhook_url=url)
    control.put("/settings", 422, webhook_urls={CNPJ: url})
    assert control.get("/settings")["webhook_url"] is None
    with pytest.raises(ValueError):
        require_loopback(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:8069/x", "http://127.0.0.9/", "https://[::1]:1/x"]
)
def test_loopback_addresses_are_accepted(control, url):
    assert control.settings(webhook_url=url)["webhook_url"] == url


def test_the_sender_refuses_by_itself_too(quick_retries):
    hub = Hub()
    hub.webhooks.start()
    try:
        payload = {"order": {"orderId": "1", "status": "APPROVED", "storeCnpj": "1"}}
        hub.webhooks.send("http://192.0.2.1/x", payload)
        row = wait_until(lambda: list(hub.webhooks.deliveries))[0]
        assert "not an http address of this machine" in row["answer"]
    finally:
        hub.webhooks.stop()


def test_a_reset_forgets_what_is_on_its_way(
    shop, control, receiver, simulator, quick_retries
):
    receiver.answers = [500]
    workers = simulator.app.hub.webhooks._workers
    with receiver.arrived:  # the receiver cannot answer while this is held
        control.order()
        wait_until(lambda: any(worker._busy for worker in workers))
        control.post("/reset")
    wait_until(lambda: not simulator.app.hub.webhooks.pending())
    assert control.get("/webhooks") == []
    assert len(receiver.notices) == 1


def test_duplicates(shop, control, receiver):
    control.faults(webhook_times=3)
    control.order()
    assert receiver.wait_for(3) == ["APPROVED"] * 3


def test_lost_notices(shop, control, receiver):
    control.faults(webhook_lost=1)
    order_id = control.order()["id"]
    control.move(order_id, "INVOICED")
    assert receiver.wait_for(1) == ["INVOICED"]
    lost, sent = wait_until(
        lambda: rows if len(rows := control.get("/webhooks")) == 2 else None
    )
    assert (lost["status"], lost["answer"]) == (None, "lost")
    assert sent["status"] == 200
    control.faults(webhook_lost={"calls": None})
    control.move(order_id, "SHIPPED")
    control.faults()
    control.move(order_id, "COMPLETED")
    assert receiver.wait_for(2) == ["INVOICED", "COMPLETED"]


def test_out_of_order(shop, control, receiver):
    control.faults(webhook_reorder_seconds=30)
    order_id = control.order(status="CREATED")["id"]
    other_id = control.order(status="CREATED")["id"]
    control.move(order_id, "APPROVED")
    assert receiver.wait_for(2) == ["APPROVED", "CREATED"]
    assert {n["order"]["orderId"] for n in receiver.notices} == {order_id}
    control.move(other_id, "CANCELED")
    assert receiver.wait_for(4)[2:] == ["CANCELED", "CREATED"]


def test_a_held_notice_leaves_at_last(shop, control, receiver):
    control.faults(webhook_reorder_seconds=0.05)
    control.order()
    assert receiver.wait_for(1) == ["APPROVED"]


def test_upper_case_ids(shop, control, receiver):
    control.faults(uppercase_ids=True)
    order_id = control.order()["id"]
    assert order_id == order_id.upper()
    receiver.wait_for(1)
    (notice,) = receiver.notices
    assert notice["order"]["orderId"] == order_id
    assert notice["resourceUrl"].endswith(order_id)
    assert shop.get(f"/orders/{order_id}")["id"] == order_id
    assert shop.get("/orders")["data"][0]["id"] == order_id
