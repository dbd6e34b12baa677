"""Another addon overrides what docs/architecture.md promises, and is called each time.

The addon is tests/addons/test_plug4market_extension: it says in the log what was
called, and leaves values of its own. What the overridden method did must be there too.
"""

import base64
import re
from types import SimpleNamespace

import pytest
import requests
from hub_control import STORE_CNPJ
from shop import open_shop

from devkit import odoo, paths

EXTENSION = "test_plug4market_extension"
SKU = "CAN-325"
UPLOADED, ISSUED = "plug4market_nfe_xml", "extension_nfe"


@pytest.fixture(scope="module")
def shop():
    """A shop with the extension, in which no job runs but those that a test runs."""
    addons = odoo.addons_path(paths.ROOT / "tests" / "addons")
    with open_shop("extension") as shop:
        options = (f"--addons-path={addons}",)
        shop.logs.append(odoo.install(shop.database, [EXTENSION], *options))
        shop.start(addons_path=addons, max_cron_threads=0)
        shop.connect()
        # What a notice would wait for is a job.
        shop.hub.settings(webhook_url=None)
        settings = {"plug4market_auto_invoice": True}
        shop.odoo.call("res.company", "write", [1], settings)
        shop.add_product(SKU, "Caneca", 39.9, stock=50)
        yield shop


@pytest.fixture(scope="module")
def order(shop):
    """A function that sells a mug, and returns the order once it is in Odoo."""

    def sell():
        hub_order = shop.hub.order([(SKU, 1, 39.9)])
        shop.poke("poll_orders", "process_events")
        found = shop.orders()[hub_order["id"]]
        [row] = read(shop, "sale.order", found["id"], "invoice_ids", "partner_id")
        [invoice] = row["invoice_ids"]
        return SimpleNamespace(
            uid=hub_order["id"],
            ids={"sale.order": found["id"], "account.move": invoice},
            buyer=row["partner_id"][0],
        )

    return sell


def read(shop, model, record, *names):
    return shop.odoo.call(model, "read", [record], list(names))


def press(shop, order, model, kind):
    """Choose an entry of the Marketplace menu; return what the button answers."""
    [row] = read(shop, model, order.ids[model], "plug4market_menu")
    [entry] = [entry for entry in row["plug4market_menu"] if entry["kind"] == kind]
    assert not entry["reason"]
    return shop.odoo.call(model, entry["action"], [order.ids[model]])


def fill_in(shop, opened, button, **values):
    """Fill in the dialog that a button opened, and press the button in it."""
    model, wizard = opened["res_model"], opened.get("res_id")
    if not wizard:
        context = opened["context"]
        [wizard] = shop.odoo.call(model, "create", [values], context=context)
    shown = shop.odoo.call(model, button, [wizard])
    assert_success(shown)


def assert_success(shown):
    assert shown["params"]["type"] == "success", shown["params"]["message"]


def called(shop):
    """The overrides that were called so far, as model.method."""
    text = "".join(log.read_text(errors="replace") for log in shop.logs)
    return set(re.findall(rf"\.{EXTENSION}\.\S+: called (\S+)", text))


def promised():
    """The names that docs/architecture.md promises to other addons."""
    text = (paths.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.partition("\n## Hooks for other addons\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^- (`[^:\n]+`)", section, re.MULTILINE)
    return {name for names in listed for name in re.findall(r"`([^`]+)`", names)}


def test_products_are_sent_by_button_and_by_job_as_the_extension_wants(shop):
    [product] = shop.odoo.call(
        "product.product", "search_read", [("default_code", "=", SKU)]
    )
    template = product["product_tmpl_id"][0]
    assert_success(
        shop.odoo.call("product.template", "action_plug4market_sync", [template])
    )
    values = {"plug4market_price": 42.5}
    shop.odoo.call("product.product", "write", [product["id"]], values)
    shop.poke("export_products")
    shop.send_waiting()

    sent = shop.hub.products()[SKU]
    assert sent["description"].endswith("(extended)")
    assert sent["price"] == 42.5
    [row] = read(shop, "product.product", product["id"], "extension_offer")
    assert row["extension_offer"] == "Caneca: 42.50, synced"


def test_an_order_has_what_the_extension_prepares(shop, order):
    sold = order()
    [row] = read(
        shop,
        "sale.order",
        sold.ids["sale.order"],
        *("extension_note", "extension_uid", "extension_status", "extension_channel"),
        *("plug4market_channel_id", "plug4market_order_uid_raw", "state"),
    )
    channel = row["plug4market_channel_id"][1]
    assert row["state"] == "sale"
    assert row["extension_note"] == f"order {sold.uid}"
    assert row["extension_uid"] == row["plug4market_order_uid_raw"].upper()
    assert (row["extension_status"], row["extension_channel"]) == ("APPROVED", channel)
    lines = shop.odoo.call(
        "sale.order.line",
        "search_read",
        [("order_id", "=", row["id"]), ("plug4market_sku", "=", SKU)],
        ["extension_note"],
    )
    assert [line["extension_note"] for line in lines] == [f"item {SKU}"]
    [buyer] = read(shop, "res.partner", sold.buyer, "ref", "vat")
    assert buyer["ref"] == "extended buyer"
    assert buyer["vat"]
    invoice = sold.ids["account.move"]
    [invoice] = read(shop, "account.move", invoice, "extension_intermediary", "state")
    assert (invoice["extension_intermediary"], invoice["state"]) == (channel, "posted")
    assert shop.hub.get_order(sold.uid)["integratedStore"]


def test_a_field_that_keeps_the_intermediary_follows_its_channel(shop, order):
    record = order().ids["sale.order"]
    [row] = read(shop, "sale.order", record, "plug4market_channel_id")
    channel = [row["plug4market_channel_id"][0]]
    cnpj = "11222333000262"
    shop.odoo.call("plug4market.sales.channel", "write", channel, {"cnpj": cnpj})
    [row] = read(
        shop, "sale.order", record, "plug4market_intermediary_cnpj", "extension_cnpj"
    )
    assert row["plug4market_intermediary_cnpj"] == row["extension_cnpj"] == cnpj


@pytest.mark.parametrize(
    ("model", "source"), [("account.move", ISSUED), ("sale.order", UPLOADED)]
)
def test_an_order_lives_by_the_buttons(shop, order, model, source):
    sold = order()
    note_arrives(shop, sold, source)
    for kind, status in (
        ("invoice", "INVOICED"),
        ("shipment", "SHIPPED"),
        ("delivered", "COMPLETED"),
    ):
        shown = press(shop, sold, model, kind)
        if kind == "shipment":
            parcel = {"carrier": "Correios", "tracking_number": "BR123456789BR"}
            fill_in(shop, shown, "action_send", **parcel)
        else:
            assert_success(shown)
        assert_both_say(shop, sold, status)


def note_arrives(shop, sold, source):
    """The NF-e comes into a field of ours, or into one of the extension's own."""
    url = f"{shop.hub.url}/painel/pedidos/{sold.uid}/nfe.xml"
    note = base64.b64encode(requests.get(url, timeout=30).content).decode()
    invoice = sold.ids["account.move"]
    shop.odoo.call("account.move", "write", [invoice], {source: note})
    [row] = read(
        shop,
        "account.move",
        invoice,
        *("plug4market_nfe_access_key", "plug4market_nfe_message"),
        *("extension_nfe_key", "extension_nfe_state", "extension_arrived"),
    )
    assert row["extension_nfe_state"] == "authorised", row["plug4market_nfe_message"]
    assert row["extension_nfe_key"] == row["plug4market_nfe_access_key"]
    assert row["extension_arrived"] == 1


def assert_both_say(shop, sold, status):
    """The hub, Odoo and the fields of the extension give the order one status."""
    assert shop.hub.get_order(sold.uid)["status"] == status
    fields = ("plug4market_status", "extension_status")
    for model, record in sold.ids.items():
        [row] = read(shop, model, record, *fields)
        assert {row[name] for name in fields} == {status}
    if status != "CANCELED":
        invoice = sold.ids["account.move"]
        [row] = read(shop, "account.move", invoice, "extension_nfe_state")
        assert row["extension_nfe_state"] == "sent"


@pytest.mark.parametrize("model", ["sale.order", "account.move"])
def test_an_order_is_cancelled_by_the_button(shop, order, model):
    sold = order()
    fill_in(shop, press(shop, sold, model, "cancel"), "action_cancel")
    assert_both_say(shop, sold, "CANCELED")
    [row] = read(shop, "sale.order", sold.ids["sale.order"], "state")
    assert row["state"] == "cancel"


def test_the_store_and_its_settings_are_followed(shop):
    tokens = shop.hub.new_tokens(access_ttl=0)
    shop.odoo.call(
        "res.company",
        "write",
        [1],
        {
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
            "plug4market_order_target": "quotation",
        },
    )
    shop.poke("refresh_tokens")
    [company] = read(
        shop,
        "res.company",
        1,
        *("plug4market_access_token", "extension_policy", "extension_connection"),
    )
    assert company["plug4market_access_token"] != tokens["accessToken"]
    assert company["extension_policy"] == "True, quotation, True"
    assert company["extension_connection"] == f"connected {STORE_CNPJ}"


def test_all_that_is_promised_was_called(shop):
    assert promised(), "docs/architecture.md has no section of hooks"
    assert promised() - called(shop) == set()
    shop.assert_clean_logs()
