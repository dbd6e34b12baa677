"""Several Odoo processes on one database, and dead tokens."""

import concurrent.futures

import pytest
from order_shop import (
    SKU,
    announce,
    assert_once,
    confirmations,
    sell,
    wait_for_all,
    waiting,
)
from shop import open_shop, wait_until

ORDERS = 60
BRANCH_CNPJ = "11222333000262"


@pytest.fixture(scope="module")
def shop():
    """Two processes at work, one with threads and one with workers."""
    with open_shop("races") as shop:
        shop.start()
        shop.connect()
        shop.start(workers=2)
        shop.add_product(SKU, "Caneca", 39.9)
        shop.hub.settings(webhook_url=None)
        yield shop


@pytest.fixture(autouse=True)
def hub_without_limit(shop):
    """Forget what the last test did to the hub; the limit of calls is not the topic."""
    key = "plug4market_connector.calls_per_minute"
    shop.odoo.call("ir.config_parameter", "set_param", key, "100000")
    shop.hub.faults()
    shop.hub.forget_calls()


def test_two_processes_import_and_confirm_each_order_once(shop):
    orders = sell(shop, ORDERS)
    announce(shop, orders, times=2, seed=20)
    wait_for_all(shop, orders)

    assert_once(shop, orders)
    for order in orders:
        assert len(confirmations(shop, order)) == 1


def test_a_notice_that_comes_while_its_order_is_worked_is_read_all_the_same(shop):
    """Nothing but a poke wakes the queue here, so a lost one fails the test.

    The hub keeps the click waiting until the other order is through.
    """
    (order,) = sell(shop, 1)
    announce(shop, [order])
    wait_for_all(shop, [order])
    uid = order["id"]
    shop.only_pokes()
    shop.hub.faults(slow_answer={"calls": 1, "path_contains": "/cancel", "seconds": 25})
    number = shop.odoo.call(
        "sale.order", "search", [("plug4market_order_uid", "=", uid)]
    )
    opened = shop.odoo.call("sale.order", "action_plug4market_cancel_order", number)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        click = pool.submit(
            shop.odoo.call, opened["res_model"], "action_cancel", [opened["res_id"]]
        )
        wait_until(
            lambda: shop.sql(
                "SELECT 1 FROM plug4market_order_event WHERE kind = 'cancel' "
                f"AND order_uid = '{uid}' AND lease_id IS NOT NULL"
            ),
            "the claim of the click",
        )
        announce(shop, [order])
        (other,) = sell(shop, 1)
        announce(shop, [other])
        wait_until(lambda: confirmations(shop, other), "the other order")
        shop.hub.faults()
        click.result()
    wait_until(lambda: waiting(shop) == 0, "an empty queue")

    assert shop.orders()[uid]["plug4market_status"] == "CANCELED"
    shop.only_pokes(False)


def test_a_store_with_dead_tokens_stops_calling_until_new_ones_are_pasted(shop):
    (before,) = sell(shop, 1)
    tokens = shop.hub.new_tokens(revoke_old=True)
    announce(shop, [before])
    company = int(shop.value("SELECT id FROM res_company ORDER BY id LIMIT 1"))

    def state():
        return shop.value("SELECT state FROM plug4market_connection")

    wait_until(lambda: state() == "error", "the end of the connection")
    shop.hub.forget_calls()
    more = sell(shop, 3)
    announce(shop, more, times=2)
    shop.poke("poll_orders", "process_events", "refresh_tokens", "export_products")

    assert shop.hub.calls() == []
    assert activities(shop) == 1
    assert waiting(shop) >= 4

    shop.only_pokes()
    shop.odoo.call(
        "res.company",
        "write",
        [company],
        {
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
        },
    )
    wait_for_all(shop, [before, *more])
    assert_once(shop, [before, *more])
    assert state() == "connected"


def test_two_stores_are_worked_side_by_side_and_a_broken_one_stops_no_other(shop):
    """The branch's hub refuses everything while the main store's orders arrive."""
    company = add_branch(shop)
    ours = sell(shop, 6)
    theirs = [
        shop.hub.order([(SKU, 1, 39.9)], store=BRANCH_CNPJ, notify=False)
        for _ in range(6)
    ]
    shop.hub.faults(server_error={"calls": None, "store": BRANCH_CNPJ})
    announce(shop, theirs, times=2, store=BRANCH_CNPJ)
    announce(shop, ours, times=2)
    ids = [order["id"] for order in ours]
    wait_until(
        lambda: all(shop.hub.orders()[uid]["integratedStore"] for uid in ids),
        "the orders of the store that works",
    )
    assert waiting(shop) == 12

    shop.hub.faults()
    shop.sql(
        "UPDATE plug4market_order_event SET next_attempt_at = '2020-01-01' "
        "WHERE state = 'pending'"
    )
    # Its hub was silent, and is asked again later and later.
    shop.sql("UPDATE plug4market_budget SET probe_at = NULL")
    shop.poke("process_events")
    wait_for_all(shop, [*ours, *theirs])

    assert_once(shop, [*ours, *theirs])
    rows = shop.sql(
        "SELECT plug4market_order_uid FROM sale_order "
        f"WHERE company_id = {company} AND plug4market_order_uid IS NOT NULL"
    )
    assert sorted(uid for (uid,) in rows) == sorted(order["id"] for order in theirs)


def add_branch(shop):
    """Make a second company with a store of its own; return its id."""
    tokens = shop.hub.store(BRANCH_CNPJ, name="Filial")
    ((country, currency),) = shop.sql(
        "SELECT country_id, currency_id FROM res_company c JOIN res_partner p "
        "ON p.id = c.partner_id ORDER BY c.id LIMIT 1"
    )
    values = {
        "name": "Filial",
        "country_id": int(country),
        "currency_id": int(currency),
    }
    (company,) = shop.odoo.call("res.company", "create", [values])
    shop.odoo.call("account.chart.template", "try_loading", "br", company, False)
    values = {"name": "Filial", "code": "FIL", "company_id": company}
    if not shop.odoo.call("stock.warehouse", "search", [("company_id", "=", company)]):
        shop.odoo.call("stock.warehouse", "create", [values])
    shop.odoo.call(
        "res.company",
        "write",
        [company],
        {
            "plug4market_environment": "simulator",
            "plug4market_api_url": shop.hub.url,
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
            "plug4market_active": True,
        },
    )
    return company


def activities(shop):
    return int(
        shop.value("SELECT count(*) FROM mail_activity WHERE res_model = 'res.partner'")
    )


def test_the_logs_hold_no_complaint_but_the_one_about_the_tokens(shop):
    shop.assert_clean_logs("tokens of company", "already executing")
