"""The control API, and what is none of the documented paths."""

import httpx
import pytest
from simulator_support import CNPJ, OTHER_CNPJ, texts


def test_health(control):
    assert control.get("/health") == {"ok": True}


def test_stores_are_created_once(control):
    first = control.post("/stores", cnpj=CNPJ, name="A")
    assert set(first) == {"accessToken", "refreshToken", "cnpj", "softwareHouseCnpj"}
    assert (first["cnpj"], first["softwareHouseCnpj"]) == (CNPJ, "12345678000195")
    again = control.post("/stores", cnpj=CNPJ)
    assert again["accessToken"] != first["accessToken"]


def test_reset_leaves_the_software_house_alone(shop, control):
    shop.create()
    control.order()
    control.settings(rate_limit=5)
    control.faults(refuse_repeat=True)
    control.post("/reset")
    assert control.get("/orders") == control.get("/products") == []
    assert control.get("/calls") == control.get("/webhooks") == []
    assert control.get("/settings")["rate_limit"] == 100
    assert control.get("/faults")["refuse_repeat"] is False
    shop.get("/orders", 401)
    house = {"login": "dev@example.com", "password": "plug4market"}
    shop.post("/auth/login", house)


def test_a_product_is_made_and_changed_as_in_the_panel(shop, control):
    made = control.put(f"/products/A/1?store={CNPJ}", name="A", stock=3)
    assert (made["sku"], made["salesChannels"], made["images"]) == ("A/1", [], [])
    changed = control.put(f"/products/A/1?store={CNPJ}", stock=None, x=[7])
    assert (changed["name"], changed["x"]) == ("A", [7])
    assert "stock" not in changed
    assert shop.get("/products/A%2F1")["x"] == [7]


def test_channels_that_are_no_objects_are_shown_as_they_are(shop, control):
    for told in ([7, "26"], [{"name": "x"}], {"id": 7}):
        control.put(f"/products/A?store={CNPJ}", salesChannels=told)
        assert shop.get("/products/A")["salesChannels"] == told


def test_reset_starts_the_seed_again(shop, control):
    first = control.order()["id"]
    control.post("/reset")
    control.post("/stores", cnpj=CNPJ, name="Loja A")
    assert control.order()["id"] == first


def test_tokens_on_demand(shop, control, simulator):
    path = f"/stores/{CNPJ}/tokens"
    short = control.post(path, access_ttl=60, refresh_ttl=120)
    shop.use(short["accessToken"])
    shop.get("/orders")
    simulator.clock.ahead = 61
    shop.get("/orders", 401)
    shop.post("/auth/refresh", {"refreshToken": short["refreshToken"]})
    simulator.clock.ahead = 0
    dead = control.post(path, access_ttl=-1)
    shop.use(dead["accessToken"])
    shop.get("/orders", 401)
    control.post("/stores/0/tokens", 404)


def test_tokens_may_revoke_the_old_ones(shop, control):
    new = control.post(f"/stores/{CNPJ}/tokens")
    shop.get("/orders")
    newest = control.post(f"/stores/{CNPJ}/tokens", revoke_old=True)
    shop.get("/orders", 401)
    shop.post("/auth/refresh", {"refreshToken": new["refreshToken"]}, 401)
    shop.use(newest["accessToken"])
    shop.get("/orders")


def test_tokens_need_no_body(shop, control):
    assert control.call("POST", f"/stores/{CNPJ}/tokens")["accessToken"]


def test_settings_keep_what_is_not_named(control):
    control.settings(rate_limit=None)
    answer = control.settings(webhook_name="X")
    assert answer == control.get("/settings")
    assert answer == {
        "rate_limit": None,
        "webhook_url": None,
        "webhook_urls": {},
        "webhook_name": "X",
    }
    control.put("/settings", 422, rate_limt=5)
    control.put("/settings", 422, rate_limit=-1)


def test_orders_in_every_shape(shop, control):
    order = control.post(
        "/orders",
        store=CNPJ,
        status="SHIPPED",
        channel=26,
        items=[{"sku": "A", "quantity": 2, "price": 9.9}],
        patch={"note": "Cuidado", "billing": {"documentId": None}, "extra": 1},
        notify=False,
    )
    assert (order["status"], order["saleChannelName"]) == ("SHIPPED", "Shopee")
    assert order["note"] == "Cuidado" and order["extra"] == 1
    assert order["billing"]["documentId"] is None
    assert order["billing"]["name"]
    assert order["orderItems"][0]["total"] == 19.8
    assert [row["status"] for row in order["statusUpdateDate"]] == [
        *("CREATED", "APPROVED", "INVOICED", "SHIPPED")
    ]
    assert shop.get(f"/orders/{order['id']}") == order
    (raw,) = control.get("/orders")
    assert order.items() <= raw.items()
    assert (raw["storeCnpj"], raw["integratedStore"]) == (CNPJ, False)
    assert control.get("/orders", store=OTHER_CNPJ) == []


def test_a_patched_id_is_the_orders_id(shop, control):
    order_id = "9F1C2D3E-0000-4000-8000-00000000ABCD"
    control.order(patch={"id": order_id})
    assert shop.get(f"/orders/{order_id.lower()}")["id"] == order_id


@pytest.mark.parametrize(
    "change, status",
    [
        ({"store": OTHER_CNPJ}, 404),
        ({"status": "PAID"}, 422),
        ({"channel": 3}, 422),
        ({"items": []}, 422),
        ({"itens": []}, 422),
    ],
    ids=str,
)
def test_orders_that_cannot_be(shop, control, change, status):
    items = [{"sku": "A", "quantity": 1}]
    control.post("/orders", status, **{"store": CNPJ, "items": items, **change})
    assert control.get("/orders") == []


def test_the_marketplace_moves_an_order_anywhere(shop, control, simulator):
    order_id = control.order(status="CANCELED")["id"]
    for status in ("APPROVED", "COMPLETED", "NEW"):
        simulator.clock.ahead += 60
        assert control.move(order_id, status)["status"] == status
    order = shop.get(f"/orders/{order_id}")
    changes = [row["updateDate"] for row in order["statusUpdateDate"][1:]]
    assert changes == sorted(set(changes))
    assert order["createdAt"] < order["updatedAt"] == changes[-1]
    assert [row["status"] for row in order["statusUpdateDate"]] == [
        *("CREATED", "CANCELED", "APPROVED", "COMPLETED", "NEW")
    ]
    assert order["deliveredAt"]
    control.post("/orders/0/status", 404, status="NEW")
    control.post(f"/orders/{order_id}/status", 422, status="PAID")
    control.post("/orders/0/webhook", 404)


def test_raw_products(shop, control):
    shop.create()
    (product,) = control.get("/products", store=CNPJ)
    assert (product["sku"], product["storeCnpj"]) == ("CAM-P", CNPJ)
    assert control.get("/products", store=OTHER_CNPJ) == []


@pytest.mark.parametrize("path", ["/nothing", "/orders/1/nothing"])
def test_unknown_paths_answer_in_the_error_shape(shop, path):
    assert texts(shop.get(path, 404)) == [f"Cannot GET {path}"]
    assert texts(shop.call("PATCH", "/orders", 405)) == ["Cannot PATCH /orders"]


def test_pages_of_other_sites_may_not_drive_the_simulator(control, simulator):
    def post(origin):
        return httpx.post(
            f"{simulator.url}/__control__/reset",
            headers={"Origin": origin},
            trust_env=False,
        ).status_code

    assert post("https://example.com") == 403
    assert post("null") == 403
    assert post(simulator.url) == 200


def test_the_reference_is_served(simulator):
    for path in ("/docs", "/openapi.json"):
        assert httpx.get(simulator.url + path, trust_env=False).status_code == 200
