"""A hub that is far away: travelling calls, failures on the way, connections."""

import concurrent.futures
import contextlib

import httpx
import pytest
from patience import wait_until
from simulator_support import CNPJ, OTHER_CNPJ, Shop, texts

from simulator.faults import Distance

ENDLESS = {"calls": None, "jitter": 0}


@contextlib.contextmanager
def on_the_way(shop, control, count, **distance):
    """Have calls under way that arrive, or come back, when the switch is put off."""
    control.faults(distance={**ENDLESS, "seconds": 30, **distance})
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        answers = [pool.submit(shop.http.get, "/orders") for _ in range(count)]
        wait_until(lambda: control.get("/calls/at-once")["now"] == count)
        try:
            yield answers
        finally:
            control.faults()


def test_many_calls_are_at_the_hub_at_once(shop, control):
    with on_the_way(shop, control, 20) as answers:
        pass
    assert {answer.result().status_code for answer in answers} == {200}
    assert control.get("/calls/at-once") == {"now": 0, "most": 20}
    control.delete("/calls")
    assert control.get("/calls/at-once")["most"] == 0


def test_a_call_on_its_way_in_is_not_counted_yet(shop, control):
    control.settings(rate_limit=1)
    with on_the_way(shop, control, 1, way_in=1) as answers:
        assert control.get("/calls/max-per-minute")["max"] == 0
        control.faults()
        assert answers[0].result().status_code == 200
    assert control.get("/calls/max-per-minute")["max"] == 1
    assert shop.http.get("/orders").status_code == 429


def test_a_call_on_its_way_out_is_counted(shop, control):
    control.settings(rate_limit=1)
    with on_the_way(shop, control, 1, way_in=0):
        wait_until(lambda: control.get("/calls/max-per-minute")["max"] == 1)


def test_answers_come_out_of_order(shop, control):
    with on_the_way(shop, control, 1, path_prefix="/orders") as answers:
        assert shop.get("/sales-channels")
        assert not answers[0].done()
    paths = [call["path"] for call in control.get("/calls")]
    assert paths == ["/sales-channels", "/orders"]


def test_the_answer_takes_the_seconds(shop, control):
    control.faults(distance={**ENDLESS, "calls": 1, "seconds": 0.4, "way_in": 0.25})
    answer = shop.http.get("/orders")
    assert answer.elapsed.total_seconds() >= 0.4
    (call,) = control.get("/calls")
    assert 300 <= call["ms"] < answer.elapsed.total_seconds() * 1000 - 50


def test_jitter_lies_within_its_share(running_simulator):
    distance = Distance(seconds=2, jitter=0.5, way_in=0.5)
    random = running_simulator.app.hub.random
    ways = [way for _ in range(200) for way in distance.draw_ways(random)]
    assert all(0.5 <= way <= 1.5 for way in ways)
    assert max(ways) - min(ways) > 0.5


@pytest.mark.parametrize("share, expected", [(0, {200}), (1, {0, 500, 502})])
def test_a_share_of_the_calls_fails(shop, control, share, expected):
    control.faults(distance={**ENDLESS, "seconds": 0, "failures": share})
    for _ in range(60):
        with contextlib.suppress(httpx.RemoteProtocolError):
            shop.http.get("/orders")
    assert {call["status"] for call in control.get("/calls")} == expected


def test_a_refusal_under_the_limit(shop, control):
    control.faults(distance={**ENDLESS, "seconds": 0, "refusals": 1})
    assert texts(shop.get("/orders", 429)) == ["Too Many Requests"]
    assert texts(shop.http.get("/orders").json())


def test_arrivals_are_told_by_store_and_without_auth(shop, control, simulator):
    other = Shop(simulator.url, control.post("/stores", cnpj=OTHER_CNPJ))
    shop.get("/orders")
    shop.get("/orders")
    other.get("/orders")
    shop.post("/auth/refresh", {"refreshToken": shop.pair["refreshToken"]})
    arrivals = control.get("/calls/arrivals")
    assert {store: len(at) for store, at in arrivals.items()} == {
        CNPJ: 2,
        OTHER_CNPJ: 1,
    }
    assert arrivals[CNPJ] == sorted(arrivals[CNPJ])


def test_a_trickling_answer_comes_whole_and_holds_nobody_up(shop, control):
    expected = shop.get("/orders")
    control.faults(trickle={"calls": 1, "seconds": 30, "path_prefix": "/orders"})
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(shop.get, "/orders")
        wait_until(lambda: not control.get("/faults")["trickle"]["calls"])
        assert shop.get("/sales-channels")
        assert not slow.done()
        control.faults()
        assert slow.result() == expected
    control.faults(trickle={"calls": 1, "seconds": 0})
    with shop.http.stream("GET", "/orders") as answer:
        pieces = list(answer.iter_raw())
    assert b"".join(pieces)
    assert not answer.headers.get("Connection")


def test_a_kept_connection_is_closed_after_its_answer(shop, control):
    def connection():
        with shop.http.stream("GET", "/orders") as answer:
            stream = answer.extensions["network_stream"]
            address = stream.get_extra_info("client_addr")
            answer.read()
        return address

    kept = connection()
    assert connection() == kept
    control.faults(close_kept=1)
    assert connection() == kept
    # The caller may notice only when it uses the connection again.
    with contextlib.suppress(httpx.TransportError):
        connection()
    assert connection() != kept
