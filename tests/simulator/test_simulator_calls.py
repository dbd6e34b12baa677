"""The log of calls and the limit of calls a minute: section 9.2."""

import httpx
from simulator_support import CNPJ, INVOICE, OTHER_CNPJ, Shop, texts


def test_calls_are_logged(shop, control):
    order_id = control.order()["id"]
    shop.get("/orders", size=1)
    shop.post(f"/orders/{order_id}/invoice", INVOICE)
    first, second = control.get("/calls")
    assert first["at"].endswith("Z") and first["ms"] > 0
    for key in ("at", "ms"):
        first.pop(key)
    assert first == {
        "store": CNPJ,
        "method": "GET",
        "path": "/orders",
        "query": "size=1",
        "status": 200,
        "body": None,
    }
    assert second["body"] == INVOICE


def test_the_log_names_the_store_of_refused_calls(shop, control, simulator):
    simulator.clock.ahead = 25 * 3600
    shop.get("/orders", 401)
    shop.http.headers["Authorization"] = "Bearer rubbish"
    shop.get("/orders", 401)
    calls = control.get("/calls")
    assert [(call["store"], call["status"]) for call in calls] == [
        (CNPJ, 401),
        (None, 401),
    ]


def test_the_log_keeps_lanes_and_odd_bodies(shop, control):
    shop.http.post("/products", content=b"{oops", headers={"X-Lane": "stock"})
    (call,) = control.get("/calls")
    assert (call["body"], call["lane"], call["status"]) == ("{oops", "stock", 400)


def test_the_log_is_filtered_and_cleared(shop, control, simulator):
    other = Shop(simulator.url, control.post("/stores", cnpj=OTHER_CNPJ))
    shop.get("/orders")
    shop.create()
    other.get("/products")

    def paths(**query):
        return [call["path"] for call in control.get("/calls", **query)]

    assert paths() == ["/orders", "/products", "/products"]
    assert paths(store=OTHER_CNPJ) == ["/products"]
    assert paths(path_prefix="/ord") == ["/orders"]
    assert paths(method="post") == ["/products"]
    assert paths(limit=1) == ["/products"]
    control.delete("/calls")
    assert paths() == []
    assert control.get("/calls/max-per-minute") == {"max": 0}


def test_the_control_api_and_the_panel_are_not_logged(control, simulator):
    httpx.get(simulator.url, trust_env=False)
    assert control.get("/calls") == []


def test_the_limit_of_calls(shop, control, simulator):
    control.settings(rate_limit=3)
    assert [shop.http.get("/orders").status_code for _ in range(5)] == [
        *(200, 200, 200, 429, 429)
    ]
    answer = shop.http.get("/orders")
    assert texts(answer.json()) == ["Too Many Requests"]
    assert "Retry-After" not in answer.headers
    simulator.clock.ahead = 61
    shop.get("/orders")


def test_the_window_slides(shop, control, simulator):
    control.settings(rate_limit=2)
    shop.get("/orders")
    simulator.clock.ahead = 40
    shop.get("/orders")
    shop.get("/orders", 429)
    simulator.clock.ahead = 65
    shop.get("/orders")
    shop.get("/orders", 429)


def test_100_a_minute_is_the_default(shop, control):
    answers = [shop.http.get("/orders").status_code for _ in range(101)]
    assert answers == [200] * 100 + [429]


def test_each_store_has_its_own_limit_and_auth_has_none(shop, control, simulator):
    control.settings(rate_limit=1)
    other = Shop(simulator.url, control.post("/stores", cnpj=OTHER_CNPJ))
    shop.get("/orders")
    other.get("/orders")
    refresh = shop.pair["refreshToken"]
    for _ in range(3):
        body = {"refreshToken": refresh}
        refresh = shop.post("/auth/refresh", body)["refreshToken"]
    shop.get("/orders", 429)
    control.settings(rate_limit=None)
    shop.get("/orders")


def test_max_per_minute(shop, control, simulator):
    for ahead, count in ((0, 3), (30, 2), (70, 3), (300, 1)):
        simulator.clock.ahead = ahead
        for _ in range(count):
            shop.get("/orders")
    shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    assert control.get("/calls/max-per-minute", store=CNPJ) == {"max": 5}
    assert control.get("/calls/max-per-minute") == {"max": 5}
    assert control.get("/calls/max-per-minute", store=OTHER_CNPJ) == {"max": 0}


def test_refused_calls_count_in_max_per_minute(shop, control):
    control.settings(rate_limit=1)
    shop.get("/orders")
    shop.get("/orders", 429)
    assert control.get("/calls/max-per-minute", store=CNPJ) == {"max": 2}
