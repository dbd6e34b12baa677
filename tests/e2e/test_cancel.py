"""Cancelling in a server whose cursors keep their snapshot: the click happens once."""

import pytest
from shop import open_shop, wait_until


@pytest.fixture(scope="module")
def shop():
    with open_shop("cancel") as shop:
        shop.start()
        shop.connect()
        yield shop


def test_a_cancellation_with_a_reason_is_one_call_and_undoes_the_order(shop):
    shop.add_product("CAN-325", "Caneca", 39.9, stock=5)
    hub_order = shop.hub.order([("CAN-325", 1, 39.9)])
    shop.hub.notify(hub_order["id"])
    wait_until(lambda: shop.orders(), "the order")
    shop.poke("process_events")
    [order] = shop.orders().values()
    opened = shop.odoo.call(
        "sale.order", "action_plug4market_cancel_order", [order["id"]]
    )
    wizard = [opened["res_id"]]
    shop.odoo.call("plug4market.cancel", "write", wizard, {"reason": "Sem estoque"})

    shown = shop.odoo.call("plug4market.cancel", "action_cancel", wizard)

    assert shown["params"]["type"] == "success", shown["params"]["message"]
    cancels = [c for c in shop.hub.calls(method="POST") if "/cancel/" in c["path"]]
    assert len(cancels) == 1
    [values] = shop.odoo.call(
        "sale.order", "read", [order["id"]], ["state", "plug4market_cancel_reason"]
    )
    assert values["state"] == "cancel"
    assert values["plug4market_cancel_reason"] == "Sem estoque"
    shop.assert_clean_logs()
