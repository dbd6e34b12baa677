"""Confirm, invoice, shipment, delivered, cancel, label: sections 7.5 to 7.10, 11."""

import io
import zipfile

import pytest
from simulator_support import DELIVERED, INVOICE, SHIPMENT, texts

BODIES = {
    "confirm": {"orderIdStore": "S1"},
    "invoice": INVOICE,
    "shipment": SHIPMENT,
    "delivered": DELIVERED,
    "cancel/7": None,
}
STATUSES = (
    *("NEW", "CREATED", "APPROVED", "INVOICED", "SHIPPED", "COMPLETED", "CANCELED"),
)
ALLOWED = {
    "confirm": set(STATUSES) - {"CANCELED"},
    "invoice": {"APPROVED", "INVOICED"},
    "shipment": {"INVOICED", "SHIPPED"},
    "delivered": {"SHIPPED", "COMPLETED"},
    "cancel/7": set(STATUSES),
}
TARGET = {
    "invoice": "INVOICED",
    "shipment": "SHIPPED",
    "delivered": "COMPLETED",
    "cancel/7": "CANCELED",
}


@pytest.fixture
def order_id(shop, control):
    return control.order()["id"]


def test_the_whole_way(shop, control, order_id):
    path = f"/orders/{order_id}"
    shop.post(f"{path}/confirm", {"orderIdStore": "SO0001"})
    assert shop.get(path)["orderIdStore"] == "SO0001"
    assert shop.get(path)["status"] == "APPROVED"
    shop.post(f"{path}/invoice", INVOICE)
    assert shop.get(path)["invoice"] == INVOICE
    shop.post(f"{path}/shipment", SHIPMENT)
    assert SHIPMENT.items() <= shop.get(path)["shipment"].items()
    shop.post(f"{path}/delivered", DELIVERED)
    order = shop.get(path)
    assert order["deliveredAt"] == DELIVERED["deliveredAt"]
    assert [change["status"] for change in order["statusUpdateDate"]] == [
        *("CREATED", "APPROVED", "INVOICED", "SHIPPED", "COMPLETED"),
    ]
    assert all(change["updateDate"] for change in order["statusUpdateDate"])


def test_confirm_accepts_a_number(shop, order_id):
    shop.post(f"/orders/{order_id}/confirm", {"orderIdStore": 42})
    assert shop.get(f"/orders/{order_id}")["orderIdStore"] == "42"
    (row,) = shop.get("/orders")["data"]
    assert (row["orderIdStore"], row["storeOrderId"]) == ("42", "42")
    assert row["integratedStore"] is True


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", BODIES)
def test_what_is_allowed_in_which_status(shop, control, action, status):
    order_id = control.order(status=status)["id"]
    allowed = status in ALLOWED[action]
    path = f"/orders/{order_id}/{action}"
    answer = shop.post(path, BODIES[action], 200 if allowed else 400)
    after = shop.get(f"/orders/{order_id}")["status"]
    if allowed:
        assert after == TARGET.get(action, status)
        assert answer["status"] == after
    else:
        assert texts(answer)
        assert after == status


@pytest.mark.parametrize("action", BODIES)
def test_repeating_is_accepted_or_refused(shop, control, action):
    source = {"shipment": "INVOICED", "delivered": "SHIPPED"}.get(action, "APPROVED")
    order_id = control.order(status=source)["id"]
    path = f"/orders/{order_id}/{action}"
    for _ in range(2):
        shop.post(path, BODIES[action])
    history = shop.get(f"/orders/{order_id}")["statusUpdateDate"]
    assert len({change["status"] for change in history}) == len(history)
    control.faults(refuse_repeat=True)
    assert texts(shop.post(path, BODIES[action], 400))


@pytest.mark.parametrize("action", BODIES)
def test_unknown_orders_are_404(shop, action):
    path = f"/orders/00000000-0000-4000-8000-000000000000/{action}"
    shop.post(path, BODIES[action], 404)


@pytest.mark.parametrize(
    "change",
    [
        {"nfeAccessKey": "123"},
        {"nfeAccessKey": "3" * 45},
        {"nfeAccessKey": "X" * 44},
        {"xml": ""},
        {"xml": "PG5mZVByb2MvPg=="},
        {"xml": None},
        {"nfeDate": "ontem"},
        {"nfeNumber": ""},
        {"nfeSerialNumber": None},
    ],
    ids=str,
)
def test_a_bad_invoice_is_refused(shop, order_id, change):
    answer = shop.post(f"/orders/{order_id}/invoice", {**INVOICE, **change}, 400)
    assert texts(answer)[0].startswith(next(iter(change)))
    order = shop.get(f"/orders/{order_id}")
    assert (order["status"], order["invoice"]) == ("APPROVED", None)


@pytest.mark.parametrize("key", list(INVOICE))
def test_every_field_of_the_invoice_is_required(shop, order_id, key):
    body = {name: value for name, value in INVOICE.items() if name != key}
    assert texts(shop.post(f"/orders/{order_id}/invoice", body, 400))


def test_an_access_key_may_hold_the_letters_of_a_new_cnpj(shop, order_id):
    key = INVOICE["nfeAccessKey"]
    body = {**INVOICE, "nfeAccessKey": f"{key[:6]}12ABC34501DE{key[18:]}"}
    shop.post(f"/orders/{order_id}/invoice", body)


def test_an_invoice_sent_again_replaces_the_first(shop, order_id):
    shop.invoiced(order_id)
    shop.post(f"/orders/{order_id}/invoice", {**INVOICE, "nfeNumber": "124"})
    assert shop.get(f"/orders/{order_id}")["invoice"]["nfeNumber"] == "124"


def test_the_tracking_address_is_optional(shop, order_id):
    shop.invoiced(order_id)
    body = {"shippingCarrier": "C", "trackingNumber": "", "shipmentId": "9", "total": 1}
    shop.post(f"/orders/{order_id}/shipment", {"shippingCarrier": "C"}, 400)
    shop.post(f"/orders/{order_id}/shipment", body)
    assert shop.get(f"/orders/{order_id}")["shipment"]["trackingUrl"] is None


def test_delivered_wants_a_date(shop, order_id):
    shop.shipped(order_id)
    shop.post(f"/orders/{order_id}/delivered", {"deliveredAt": "hoje"}, 400)
    shop.post(f"/orders/{order_id}/delivered", {}, 400)


def test_cancel_wants_the_channel_of_the_order(shop, order_id):
    assert texts(shop.post(f"/orders/{order_id}/cancel/26", expect=400))
    assert shop.get(f"/orders/{order_id}")["status"] == "APPROVED"


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_verb_of_cancel_is_a_switch(shop, control, order_id, verb):
    control.faults(cancel_verb=verb)
    path = f"/orders/{order_id}/cancel/7"
    for other in {"POST", "PUT", "DELETE", "PATCH"} - {verb}:
        answer = shop.http.request(other, path)
        assert answer.status_code == 404
        assert texts(answer.json()) == [f"Cannot {other} {path}"]
    assert shop.call(verb, path)["status"] == "CANCELED"


def test_a_cancellation_may_be_accepted_and_done_later(shop, control, order_id):
    control.faults(cancel_later=True)
    assert shop.post(f"/orders/{order_id}/cancel/7")["status"] == "APPROVED"
    control.delete("/faults")
    assert shop.post(f"/orders/{order_id}/cancel/7")["status"] == "CANCELED"


def test_fulfilment_orders_are_shipped_by_the_marketplace(shop, control):
    order_id = control.order(orderType=1)["id"]
    assert shop.get("/orders")["data"][0]["orderType"] == 1
    shop.invoiced(order_id)
    shop.post(f"/orders/{order_id}/shipment", SHIPMENT, 400)
    shop.get(f"/orders/{order_id}/label", 400)


@pytest.mark.parametrize("status", ["APPROVED", "CREATED", "CANCELED"])
def test_no_label_before_the_invoice(shop, control, status):
    order_id = control.order(status=status)["id"]
    answer = shop.get(f"/orders/{order_id}/label", 400)
    assert texts(answer) == ["Etiqueta ainda não disponível"]


def label(shop, control, order_id, form):
    control.faults(label_form=form)
    answer = shop.http.get(f"/orders/{order_id}/label")
    assert answer.status_code == 200
    return answer


def test_labels_in_every_form(shop, control, simulator, order_id):
    import base64

    shop.invoiced(order_id)
    control.faults()
    default = shop.http.get(f"/orders/{order_id}/label")
    assert default.headers["Content-Type"] == "application/pdf"
    assert default.content.startswith(b"%PDF-") and b"%%EOF" in default.content
    as_json = label(shop, control, order_id, "json_base64").json()
    assert base64.b64decode(as_json["base64"]) == default.content
    url = label(shop, control, order_id, "json_url").json()["url"]
    assert url.startswith(simulator.url)
    del shop.http.headers["Authorization"]
    assert shop.http.get(url).content == default.content
    shop.use(shop.pair["accessToken"])
    zpl = label(shop, control, order_id, "zpl")
    assert zpl.headers["Content-Type"].startswith("text/plain")
    assert zpl.text.startswith("^XA") and zpl.text.endswith("^XZ")
    archive = zipfile.ZipFile(io.BytesIO(label(shop, control, order_id, "zip").content))
    assert archive.read("etiqueta.zpl").decode() == zpl.text


def test_the_pdfs_table_points_at_its_objects(shop, order_id):
    shop.invoiced(order_id)
    pdf = shop.http.get(f"/orders/{order_id}/label").content
    start = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert pdf[start:].startswith(b"xref")
    rows = pdf[start:].split(b"\n")[3:8]
    for number, row in enumerate(rows, start=1):
        assert pdf[int(row.split()[0]) :].startswith(b"%d 0 obj" % number)
