"""Every switch of section 11.1 but those of webhooks, labels and the cancel verb."""

import concurrent.futures

import httpx
import pytest
from patience import wait_until
from simulator_support import CNPJ, INVOICE, OTHER_CNPJ, PRODUCT, Shop, texts

from simulator.errors import EXISTS, EXISTS_IN_OTHER_GROUP
from simulator.faults import Faults


def statuses(shop, count, path="/orders"):
    return [shop.http.get(path).status_code for _ in range(count)]


def test_put_replaces_get_shows_delete_clears(control):
    control.faults(refuse_repeat=True)
    answer = control.faults(null_fields=True)
    assert answer["null_fields"] is True and answer["refuse_repeat"] is False
    assert control.get("/faults") == answer
    assert control.delete("/faults") == Faults().model_dump()


@pytest.mark.parametrize(
    "switches",
    [
        {"no_such_switch": True},
        {"bad_gateway": {"calls": -1}},
        {"bad_gateway": {"times": 1}},
        {"slow_answer": {"calls": 1, "seconds": 31}},
        {"label_form": "gif"},
        {"webhook_times": 0},
    ],
    ids=str,
)
def test_a_misspelt_switch_is_refused(control, switches):
    control.put("/faults", 422, **switches)


def test_only_requests_that_name_a_field_are_refused(shop, control):
    shop.create()
    control.faults(bad_request={"calls": None, "field": "price"})
    shop.put("/products/CAM-P", {"price": 5, "stock": 3}, 400)
    channel = {"salesChannels": [{"id": 26, "price": 5}], "stock": 4}
    assert shop.put("/products/CAM-P", channel)["stock"] == 4
    assert shop.get("/products/CAM-P")["price"] == PRODUCT["price"]


def test_a_name_may_have_a_longest_length(shop, control):
    control.faults(longest_name=60)
    shop.create(name="x" * 60)
    refused = shop.put("/products/CAM-P", {"name": "x" * 61, "stock": 0}, 400)
    assert texts(refused) == ["name deve ter no máximo 60 caracteres"]
    assert shop.get("/products/CAM-P")["stock"] == PRODUCT["stock"]


def test_every_switch_is_described(control, simulator):
    schema = httpx.get(f"{simulator.url}/openapi.json", trust_env=False).json()
    described = schema["components"]["schemas"]["Faults"]["properties"]
    assert set(described) == set(Faults.model_fields)
    assert all(field.description for field in Faults.model_fields.values())


@pytest.mark.parametrize(
    "switch, status",
    [
        ("expired_access", 401),
        ("too_many_requests", 429),
        ("bad_request", 400),
        ("server_error", 500),
    ],
)
def test_answers_in_the_error_shape_and_stop_by_themselves(
    shop, control, switch, status
):
    control.faults(**{switch: 2})
    answers = [shop.http.get("/orders") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert texts(answers[0].json())
    assert control.get("/faults")[switch]["calls"] == 0


def test_bad_gateway_is_html(shop, control):
    control.faults(bad_gateway=1)
    answer = shop.http.get("/orders")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize(
    "switch",
    ["too_many_requests", "bad_request", "bad_gateway", "server_error"]
    + ["drop_connection", "expired_access"],
)
def test_nothing_is_done(shop, control, switch):
    control.faults(**{switch: 1})
    try:
        assert shop.http.post("/products", json=PRODUCT).status_code >= 400
    except httpx.RemoteProtocolError:
        assert switch == "drop_connection"
    shop.get("/products/CAM-P", 404)


def test_faults_without_end(shop, control):
    control.faults(bad_gateway={"calls": None})
    assert statuses(shop, 5) == [502] * 5
    assert control.get("/faults")["bad_gateway"]["calls"] is None
    control.delete("/faults")
    assert statuses(shop, 1) == [200]


def test_faults_may_hit_some_calls_only(shop, control, simulator):
    other = Shop(simulator.url, control.post("/stores", cnpj=OTHER_CNPJ))
    path = {"calls": None, "path_prefix": "/orders"}
    control.faults(bad_gateway=path)
    assert shop.http.get("/products").status_code == 200
    assert shop.http.get("/orders").status_code == 502
    control.faults(bad_gateway={**path, "method": "post"})
    assert shop.http.get("/orders").status_code == 200
    assert shop.http.post("/orders/1/confirm", json={}).status_code == 502
    control.faults(bad_gateway={**path, "store": CNPJ})
    assert shop.http.get("/orders").status_code == 502
    assert other.http.get("/orders").status_code == 200
    control.faults(bad_gateway={"calls": None, "path_contains": "/confirm"})
    assert shop.http.post("/orders/1/confirm", json={}).status_code == 502
    assert shop.http.get("/orders").status_code == 200


def test_expired_access_spares_the_refresh(shop, control):
    control.faults(expired_access={"calls": None})
    shop.get("/orders", 401)
    shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    shop.get("/orders", 401)


def test_expired_until_the_refresh(shop, control):
    control.faults(expired_access={"until_refresh": True})
    assert statuses(shop, 3) == [401] * 3
    shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    assert statuses(shop, 1) == [200]


def test_429_with_and_without_retry_after(shop, control):
    control.faults(too_many_requests=1)
    assert "Retry-After" not in shop.http.get("/orders").headers
    control.faults(too_many_requests={"calls": 1, "retry_after": 7})
    assert shop.http.get("/orders").headers["Retry-After"] == "7"


def test_429_spares_auth_unless_named(shop, control):
    refresh = {"refreshToken": shop.pair["refreshToken"]}
    control.faults(too_many_requests=1)
    refresh = shop.post("/auth/refresh", refresh)
    control.faults(too_many_requests={"calls": 1, "path_prefix": "/auth"})
    shop.get("/orders")
    shop.post("/auth/refresh", {"refreshToken": refresh["refreshToken"]}, 429)


@pytest.mark.parametrize(
    "form, message",
    [("string", "Não"), ("list", ["Não"]), ("objects", [{"message": "Não"}])],
)
def test_the_forms_of_a_message(shop, control, form, message):
    control.faults(bad_request={"calls": 1, "form": form, "message": "Não"})
    answer = shop.get("/orders", 400)
    assert answer["error_messages"][0] == {
        "statusCode": 400,
        "message": message,
        "error": "Bad Request",
    }


def test_an_empty_answer_does_the_work(shop, control):
    control.faults(empty_answer=1)
    answer = shop.http.post("/products", json=PRODUCT)
    assert (answer.status_code, answer.content) == (200, b"")
    shop.get("/products/CAM-P")


def test_a_huge_answer_does_the_work_and_is_small_on_the_wire(shop, control):
    control.faults(huge_answer=1)
    with shop.http.stream("POST", "/products", json=PRODUCT) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < 1_000_000
    shop.get("/products/CAM-P")


def test_an_empty_answer_leaves_failures_alone(shop, control):
    control.faults(empty_answer=1)
    shop.get("/products/NADA", 404)
    assert control.get("/faults")["empty_answer"]["calls"] == 1


def test_a_dropped_connection(shop, control):
    control.faults(drop_connection=1)
    with pytest.raises(httpx.RemoteProtocolError):
        shop.http.get("/orders")
    shop.get("/orders")
    assert [call["status"] for call in control.get("/calls")] == [0, 200]


@pytest.mark.parametrize("how", ["drop", "bad_gateway"])
def test_an_answer_lost_after_the_work(shop, control, how):
    order_id = control.order()["id"]
    path = f"/orders/{order_id}/invoice"
    control.faults(lost_answer={"calls": 1, "path_prefix": path, "how": how})
    shop.get("/orders")
    if how == "drop":
        with pytest.raises(httpx.RemoteProtocolError):
            shop.http.post(path, json=INVOICE)
    else:
        assert shop.http.post(path, json=INVOICE).status_code == 502
    assert shop.get(f"/orders/{order_id}")["status"] == "INVOICED"
    shop.post(path, INVOICE)


def test_a_lost_refresh_locks_the_store_out(shop, control):
    body = {"refreshToken": shop.pair["refreshToken"]}
    control.faults(lost_answer={"calls": 1, "path_prefix": "/auth"})
    with pytest.raises(httpx.RemoteProtocolError):
        shop.http.post("/auth/refresh", json=body)
    shop.post("/auth/refresh", body, 401)


def test_a_slow_answer(shop, control):
    control.faults(slow_answer={"calls": 1, "seconds": 0.3})
    shop.get("/orders")
    shop.get("/orders")
    slow, _quick = control.get("/calls", path_prefix="/orders")
    assert slow["ms"] >= 300


def test_a_slow_answer_holds_nobody_else_up(shop, control):
    control.faults(slow_answer={"calls": 1, "seconds": 30, "path_prefix": "/products"})
    with pytest.raises(httpx.ReadTimeout):
        shop.http.get("/products", timeout=0.2)
    shop.get("/orders")
    assert [call["path"] for call in control.get("/calls")] == ["/orders"]
    control.faults()
    wait_until(lambda: len(control.get("/calls")) == 2, "the call that was given up")


def test_a_slow_answer_waits_no_longer_than_its_switch_is_on(shop, control):
    control.faults(slow_answer={"calls": 1, "seconds": 30, "path_prefix": "/products"})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shop.get, "/products")
        wait_until(lambda: not control.get("/faults")["slow_answer"]["calls"])
        control.faults()
        slow.result()
    (call,) = control.get("/calls")
    assert call["ms"] < 30_000


def test_refresh_refused(shop, control):
    control.faults(refuse_refresh=True)
    body = {"refreshToken": shop.pair["refreshToken"]}
    assert texts(shop.post("/auth/refresh", body, 401))
    control.faults()
    shop.post("/auth/refresh", body)


def test_old_refresh_tokens_may_stay_valid(shop, control):
    body = {"refreshToken": shop.pair["refreshToken"]}
    shop.post("/auth/refresh", body)
    control.faults(keep_old_refresh=True)
    shop.post("/auth/refresh", body)
    control.faults()
    shop.post("/auth/refresh", body, 401)


@pytest.mark.parametrize(
    "form, message", [("exists", EXISTS), ("other_group", EXISTS_IN_OTHER_GROUP)]
)
def test_the_two_duplicate_messages(shop, control, form, message):
    control.faults(duplicate_sku={"calls": 1, "form": form})
    assert texts(shop.post("/products", PRODUCT, 400)) == [message]
    shop.create()


def test_null_in_every_nullable(shop, control):
    order_id = control.order(status="COMPLETED")["id"]
    shop.post(f"/orders/{order_id}/confirm", {"orderIdStore": "S1"})
    control.faults(null_fields=True)
    order = shop.get(f"/orders/{order_id}")
    for key in (
        *("orderIdStore", "orderIdCustom", "deliveredAt", "estimatedDeliveredAt"),
        *("estimatedHandlingLimit", "totalCommission", "note", "invoice", "shipment"),
    ):
        assert order[key] is None
    assert {row["updateDate"] for row in order["statusUpdateDate"]} == {None}
    assert order["totalAmount"] and order["billing"]["name"]
    control.faults()
    assert shop.get(f"/orders/{order_id}")["orderIdStore"] == "S1"


def test_missing_newer_fields(shop, control):
    control.faults(missing_newer_fields=True)
    order = shop.get(f"/orders/{control.order()['id']}")
    assert not {"estimatedHandlingLimit", "saleChannelName"} & set(order)
    assert "ibge" not in order["billing"] and "ibge" not in order["shipping"]
    control.faults()
    assert shop.get(f"/orders/{order['id']}")["billing"]["ibge"]


def test_swapped_types(shop, control):
    order_id = control.order()["id"]
    shop.post(f"/orders/{order_id}/confirm", {"orderIdStore": "42"})
    control.faults(swapped_types=True)
    order = shop.get(f"/orders/{order_id}")
    assert (order["orderIdStore"], order["saleChannel"]) == (42, 7)
    assert isinstance(order["saleChannelOrderId"], int)
    assert (order["orderId"], order["totalAmount"]) == ("1001", "119.9")
    item = order["orderItems"][0]
    assert (item["quantity"], item["price"]) == ("1", "100.0")
    assert isinstance(order["billing"]["zipCode"], str)
    row = shop.get("/orders")["data"][0]
    assert (row["saleChannelId"], row["amount"]) == (7, "119.9")


@pytest.mark.parametrize("buyer", ["masked", "missing"])
def test_buyer_data_held_back(shop, control, buyer):
    order_id = control.order()["id"]
    control.faults(buyer=buyer)
    billing = shop.get(f"/orders/{order_id}")["billing"]
    expected = "*" * 11 if buyer == "masked" else None
    assert billing["documentId"] == expected
    assert set(billing["email"] or "*") == {"*"}
    assert billing["name"]
    control.faults()
    assert len(shop.get(f"/orders/{order_id}")["billing"]["documentId"]) == 11


@pytest.mark.parametrize(
    "kind, part", [("nul", "\0"), ("surrogate", "\ud83d"), ("html", "<script>")]
)
def test_hostile_texts_leave_the_orders_id_and_status_alone(shop, control, kind, part):
    order = control.order()
    control.faults(strings=kind)
    shown = shop.get(f"/orders/{order['id']}")
    assert (shown["id"], shown["status"]) == (order["id"], order["status"])
    assert part in shown["saleChannelOrderId"]
    assert part in shown["billing"]["name"]
    assert part in shown["orderItems"][0]["sku"]
    assert shown["totalAmount"] == order["totalAmount"]
