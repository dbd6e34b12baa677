"""Odoo processes that die, hang or are cut off in the middle of their calls.

Nothing but a poke or the end of a lease wakes the queue here: if neither does, a test
waits for ever and fails.
"""

import pytest
from order_shop import SKU, announce, assert_once, sell, wait_for_all
from shop import open_shop, wait_until

from devkit.proxy import Proxy

# Longer than a lease, and the most that the simulator takes.
HANGS = 30

CUT_OFF = []


@pytest.fixture(scope="module")
def shop():
    with open_shop("crashes") as shop:
        shop.start()
        shop.connect()
        shop.add_product(SKU, "Caneca", 39.9)
        shop.hub.settings(webhook_url=None)
        key = "plug4market_connector.calls_per_minute"
        shop.odoo.call("ir.config_parameter", "set_param", key, "100000")
        shop.only_pokes()
        yield shop


@pytest.fixture(autouse=True)
def hub_that_answers(shop):
    shop.hub.faults()
    shop.hub.forget_calls()


def let_calls_hang(shop, orders, asleep=()):
    """Announce orders, and return once somebody waits for the hub's answers.

    Nobody of ``asleep`` does. ``hub.faults()`` ends the waiting.
    """
    number = len(orders)
    slow = {"calls": number, "path_prefix": "/orders", "seconds": HANGS}
    shop.hub.faults(slow_answer=slow)
    for server in asleep:
        server.freeze()
        shop.servers.remove(server)
    announce(shop, orders)
    wait_until(lambda: leased(shop), "the claim of an order")
    wait_until(shop.hub.under_way, "a call")
    for server in asleep:
        server.thaw()
        shop.servers.append(server)


def leased(shop):
    return shop.sql(
        "SELECT lease_id FROM plug4market_order_event WHERE lease_id IS NOT NULL"
    )


def go_on_without(shop, victim):
    """Let the hub answer; who is left serves the shop.

    What the other one logs, whose connections are gone, is no complaint.
    """
    CUT_OFF.append(victim.log_path)
    shop.hub.faults()
    shop.servers.remove(victim)
    shop.sign_in()


def readings(shop, order):
    return [
        call
        for call in shop.hub.calls(method="GET", path_prefix="/orders")
        if call["path"].endswith(order["id"])
    ]


def test_a_call_that_hangs_longer_than_a_lease_stays_its_workers_own(shop):
    shop.start(workers=2)
    (slow,) = sell(shop, 1)
    let_calls_hang(shop, [slow])
    others = sell(shop, 2)
    announce(shop, others)
    wait_for_all(shop, [slow, *others])

    assert_once(shop, [slow, *others])
    assert len(readings(shop, slow)) == 1


def test_who_is_left_goes_on_when_a_process_is_killed(shop):
    victim, survivor = shop.servers
    orders = sell(shop, 8)
    let_calls_hang(shop, orders, asleep=[survivor])
    victim.kill()
    go_on_without(shop, victim)
    wait_for_all(shop, orders)

    assert_once(shop, orders)


def test_so_does_the_next_process_when_nobody_was_left(shop):
    (victim,) = shop.servers
    orders = sell(shop, 4)
    let_calls_hang(shop, orders)
    victim.kill()
    shop.hub.faults()
    shop.servers.remove(victim)
    shop.start()
    shop.sign_in()
    wait_for_all(shop, orders)

    assert_once(shop, orders)


def test_a_process_that_was_only_away_writes_nothing_when_it_comes_back(shop):
    (victim,) = shop.servers
    orders = sell(shop, 4)
    let_calls_hang(shop, orders)
    survivor = shop.start(workers=2)
    victim.freeze()
    go_on_without(shop, victim)
    wait_for_all(shop, orders)
    assert_once(shop, orders)

    victim.thaw()
    shop.servers.insert(0, victim)
    more = sell(shop, 4)
    announce(shop, more, times=2)
    wait_for_all(shop, more)
    assert_once(shop, [*orders, *more])
    victim.stop()
    shop.servers.remove(victim)
    assert shop.servers == [survivor]


def test_a_machine_that_is_gone_without_a_word_keeps_nothing_locked(shop):
    """PostgreSQL waits on for what it says next; its job would stay locked."""
    (survivor,) = shop.servers
    orders = sell(shop, 4)
    with Proxy() as proxy:
        victim = shop.start(db_host=proxy.folder)
        let_calls_hang(shop, orders, asleep=[survivor])
        proxy.freeze()
        go_on_without(shop, victim)
        wait_for_all(shop, orders)
        assert_once(shop, orders)
        victim.kill()


def test_nobody_was_asked_and_nothing_is_held_after_all_this(shop):
    assert shop.sql("SELECT job, reason FROM plug4market_stopped_job") == []
    assert leased(shop) == []
    shop.assert_clean_logs("is gone without a word", without=CUT_OFF)
