"""A day of 50 orders: five channels, two companies, from approved to completed.

A person works in Chromium, in Portuguese; the marketplace is played through the
simulator. At the end Odoo and the hub agree on every order.
"""

import concurrent.futures
import io
import zipfile

import pytest
import requests
from browser import OdooTab, open_browser
from hub_control import STORE_CNPJ, product_values
from playwright.sync_api import expect
from pypdf import PdfReader
from shop import open_shop, wait_until

from devkit import debian

BRANCH_CNPJ = "11222333000262"
CHANNELS = (7, 26, 1, 4, 5)
ORDERS = 50
SKUS = [f"DIA-{n}" for n in range(5)]
LIST = "sale_order_menu_plug4market"

# Which of the orders, by their place, something befalls; all others run straight.
CANCELLED_BY_BUYER = (3, 14)
CANCELLED_BY_SELLER = (5, 16)
CANCELLED_AFTER_INVOICE = (7, 18)
SPLIT = (9, 20, 31)
DELIVERED_BY_HUB = (11, 22)
GONE = (CANCELLED_BY_BUYER, CANCELLED_BY_SELLER, CANCELLED_AFTER_INVOICE)


@pytest.fixture(scope="module")
def day():
    debian.ensure_chromium()
    with open_shop("day") as shop, open_browser() as context:
        shop.start()
        shop.connect()
        day = Day(shop, context)
        try:
            yield day
        except BaseException:
            day.tab.picture("failed-day")
            raise


@pytest.fixture(autouse=True)
def what_is_left(day):
    """Say what every order still waited for when a test failed."""
    yield
    print(
        day.shop.sql(
            "SELECT name, plug4market_status, kind, event.state, message "
            "FROM sale_order o LEFT JOIN plug4market_order_event event "
            "ON event.order_id = o.id AND event.state IN ('pending', 'failed') "
            "WHERE plug4market_status NOT IN ('COMPLETED', 'CANCELED')"
        )
    )


class Day:
    """The shop with two companies, and the orders of the day."""

    def __init__(self, shop, context):
        self.shop, self.hub, self.odoo = shop, shop.hub, shop.odoo
        self.hub.settings(rate_limit=None)
        key = "plug4market_connector.calls_per_minute"
        self.odoo.call("ir.config_parameter", "set_param", key, "100000")
        self.companies = [1, self.open_branch()]
        self.settle_companies()
        self.open_for_business()
        context.add_cookies(
            [
                {
                    "name": "cids",
                    "value": "-".join(map(str, self.companies)),
                    "url": shop.server.url,
                }
            ]
        )
        self.tab = OdooTab(context.new_page(), shop.server.url)
        self.tab.sign_in()
        self.orders = []

    def call(self, model, method, *arguments, **named):
        context = {"allowed_company_ids": self.companies, "lang": "pt_BR"}
        return self.odoo.call(model, method, *arguments, context=context, **named)

    def open_branch(self):
        """Make the second company, with a chart of accounts and a warehouse."""
        [main] = self.odoo.call("res.company", "read", [1], ["country_id"])
        [company] = self.odoo.call(
            "res.company",
            "create",
            [
                {
                    "name": "Filial Curitiba Ltda",
                    "country_id": main["country_id"][0],
                    "vat": "11.222.333/0002-62",
                }
            ],
        )
        self.odoo.call(
            "res.users", "write", [self.odoo.uid], {"company_ids": [(4, company)]}
        )
        self.odoo.call("account.chart.template", "try_loading", "br", company, False)
        of_branch = [("company_id", "=", company)]
        if not self.odoo.call("stock.warehouse", "search_count", of_branch):
            values = {"name": "Filial", "code": "FIL", "company_id": company}
            self.odoo.call("stock.warehouse", "create", [values])
        tokens = self.hub.store(BRANCH_CNPJ, name="Filial Curitiba")
        self.odoo.call(
            "res.company",
            "write",
            [company],
            {
                "plug4market_environment": "simulator",
                "plug4market_api_url": self.hub.url,
                "plug4market_access_token": tokens["accessToken"],
                "plug4market_refresh_token": tokens["refreshToken"],
            },
        )
        self.odoo.call("res.company", "write", [company], {"plug4market_active": True})
        return company

    def settle_companies(self):
        """Choose that everything goes by itself."""
        self.odoo.call(
            "res.company",
            "write",
            self.companies,
            {
                "plug4market_order_target": "sale_order",
                "plug4market_auto_invoice": True,
                "plug4market_auto_send_invoice": True,
                "plug4market_auto_send_shipment": True,
            },
        )

    def open_for_business(self):
        """Stock up both companies."""
        values = [product_values(sku, f"Produto {sku}", 50) for sku in SKUS]
        products = self.call("product.product", "create", values)
        warehouses = self.call("stock.warehouse", "search_read", [], ["lot_stock_id"])
        quants = self.odoo.call(
            "stock.quant",
            "create",
            [
                {
                    "product_id": product,
                    "location_id": warehouse["lot_stock_id"][0],
                    "inventory_quantity": 200,
                }
                for product in products
                for warehouse in warehouses
            ],
            context={"inventory_mode": True, "allowed_company_ids": self.companies},
        )
        self.call("stock.quant", "action_apply_inventory", quants)
        service = {"name": "Correios", "type": "service"}
        [product] = self.call("product.product", "create", [service])
        carrier = {"name": "Correios", "product_id": product}
        [self.carrier] = self.call("delivery.carrier", "create", [carrier])

    def validate(self, pickings):
        """Validate transfers; what is not picked becomes a transfer of its own."""
        context = {
            "skip_backorder": True,
            "skip_sms": True,
            "allowed_company_ids": self.companies,
        }
        done = self.odoo.call(
            "stock.picking", "button_validate", pickings, context=context
        )
        assert done is True

    def parcel(self, tracking):
        return {"carrier_id": self.carrier, "carrier_tracking_ref": tracking}

    # -- the marketplace ------------------------------------------------------

    def sell(self):
        """Sell everything at once; each sale is announced by webhook."""

        def sell_one(place):
            items = [(SKUS[place % 5], 2, 49.9), (SKUS[(place + 1) % 5], 1, 19.99)]
            return self.hub.order(
                items[: 1 + place % 2] if place not in SPLIT else items,
                store=STORE_CNPJ if place % 3 else BRANCH_CNPJ,
                channel=CHANNELS[place % 5],
                notify=True,
            )

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            self.orders = list(pool.map(sell_one, range(ORDERS)))

    def tell(self, places, status):
        """Let the marketplace change orders, and say so."""
        for place in places:
            self.hub.set_status(self.uid(place), status)
            self.hub.notify(self.uid(place))

    def uid(self, place):
        return self.orders[place]["id"]

    # -- what is known --------------------------------------------------------

    def in_odoo(self, *fields):
        """The day's orders in Odoo, in the order of their places."""
        rows = self.call(
            "sale.order",
            "search_read",
            [("plug4market_order_uid", "!=", False)],
            ["plug4market_order_uid", "plug4market_status", "state", "name", *fields],
        )
        by_uid = {row["plug4market_order_uid"]: row for row in rows}
        return [by_uid[order["id"].lower()] for order in self.orders]

    def wait_for(self, places, status):
        """Wait until Odoo and the hub give these orders the status."""

        def all_have_it():
            hub, odoo = self.hub.orders(), self.in_odoo()
            return all(
                hub[self.uid(place)]["status"]
                == odoo[place]["plug4market_status"]
                == status
                for place in places
            )

        wait_until(all_have_it, f"{status} of {places}", seconds=60)

    def straight(self, *left_out):
        gone = {place for group in left_out for place in group}
        return [place for place in range(ORDERS) if place not in gone]

    # -- the person -----------------------------------------------------------

    def open_list(self):
        self.tab.menu("plug4market_orders_menu", LIST)

    def open_order(self, place):
        self.open_list()
        number = self.orders[place]["saleChannelOrderId"]
        self.tab.find(f".o_data_row:has-text('{number}') td[name=name]").click()
        self.tab.find(".o_form_view").wait_for()

    def cancel(self, reason):
        """Cancel the order of the form in front, from its Marketplace menu."""
        self.tab.marketplace("cancel")
        self.tab.field("reason").locator("input").fill(reason)
        self.tab.find(".modal button[name=action_cancel]").click()
        self.tab.find(".modal").wait_for(state="detached")

    def notes(self, places):
        """What the store's issuer of NF-e has authorised for these orders."""
        url = f"{self.hub.url}/painel/pedidos"
        return {
            place: requests.get(f"{url}/{self.uid(place)}/nfe.xml", timeout=30).content
            for place in places
        }

    def select_all(self):
        self.tab.find(".o_list_table thead .o_list_record_selector input").click()


def test_the_day(day):
    the_orders_arrive(day)
    some_are_cancelled_before_anything(day)
    the_notes_are_issued(day)
    some_are_cancelled_after_the_note(day)
    the_labels_are_printed(day)
    the_goods_leave(day)
    the_goods_are_delivered(day)
    both_sides_agree(day)


def the_orders_arrive(day):
    day.sell()
    wait_until(lambda: len(day.shop.orders()) == ORDERS, "every order in Odoo", 120)
    rows = day.in_odoo("company_id", "plug4market_channel_id")
    assert {row["state"] for row in rows} == {"sale"}
    assert {row["company_id"][0] for row in rows} == set(day.companies)
    assert len({row["plug4market_channel_id"][0] for row in rows}) == len(CHANNELS)
    day.open_list()
    expect(day.tab.find(".o_data_row")).to_have_count(ORDERS)
    day.tab.picture("day-orders")


def some_are_cancelled_before_anything(day):
    day.tell(CANCELLED_BY_BUYER, "CANCELED")
    for place in CANCELLED_BY_SELLER:
        day.open_order(place)
        day.cancel("Sem estoque")
    day.wait_for([*CANCELLED_BY_BUYER, *CANCELLED_BY_SELLER], "CANCELED")
    day.tab.picture("day-cancelled")


def the_notes_are_issued(day):
    places = day.straight(CANCELLED_BY_BUYER, CANCELLED_BY_SELLER)
    day.tab.menu("plug4market_nfe_file_menu")
    files = day.tab.find("input[type=file]").first
    files.set_input_files(
        {
            "name": "notas.zip",
            "mimeType": "application/zip",
            "buffer": zipped(day.notes(places)),
        }
    )
    day.wait_for(places, "INVOICED")
    day.tab.picture("day-notes")


def zipped(notes):
    """The notes in one file, as issuers give them for download."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for place, xml in notes.items():
            file.writestr(f"nota-{place}.xml", xml)
    return archive.getvalue()


def some_are_cancelled_after_the_note(day):
    for place in CANCELLED_AFTER_INVOICE:
        day.open_order(place)
        day.tab.find("button[name=action_view_invoice]").click()
        day.tab.find(
            ".o_field_widget[name=payment_state], button[name=action_reverse]"
        ).first.wait_for()
        day.cancel("Cliente desistiu")
    day.wait_for(CANCELLED_AFTER_INVOICE, "CANCELED")


def the_labels_are_printed(day):
    day.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market_to_handle")
    day.select_all()
    button = day.tab.button("action_plug4market_print_labels", ".o_control_panel")
    with day.tab.page.expect_download() as download:
        button.click()
    pages = PdfReader(download.value.path()).pages
    assert len(pages) == ORDERS - sum(map(len, GONE))
    day.tab.picture("day-labels")


def the_goods_leave(day):
    places = day.straight(*GONE)
    rows = day.in_odoo("picking_ids")
    for place in SPLIT:
        ship_a_part(day, rows[place]["picking_ids"])
    open_transfers = transfers(day, places)
    day.call("stock.picking", "action_assign", open_transfers)
    for picking in open_transfers:
        day.call("stock.picking", "write", [picking], day.parcel(f"BR{picking:09}BR"))
    day.validate(open_transfers)
    day.wait_for(places, "SHIPPED")


def transfers(day, places):
    rows = day.in_odoo("picking_ids")
    ids = [picking for place in places for picking in rows[place]["picking_ids"]]
    domain = [("id", "in", ids), ("state", "not in", ["done", "cancel"])]
    return day.call("stock.picking", "search", domain)


def ship_a_part(day, pickings):
    """Ship the first line only; Odoo makes a transfer for the rest."""
    of_order = [("picking_id", "in", pickings)]
    first, *_others = day.call("stock.move", "search", of_order)
    day.call("stock.move", "write", [first], {"picked": True})
    day.call("stock.picking", "write", pickings, day.parcel("PARTE1BR"))
    day.validate(pickings)


def the_goods_are_delivered(day):
    day.tell(DELIVERED_BY_HUB, "COMPLETED")
    day.wait_for(DELIVERED_BY_HUB, "COMPLETED")
    day.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market_to_handle")
    day.tab.page.reload()
    day.tab.settle()
    day.select_all()
    day.tab.button("action_plug4market_send_delivered", ".o_control_panel").click()
    day.tab.picture("day-delivered")
    day.wait_for(day.straight(*GONE), "COMPLETED")


def both_sides_agree(day):
    hub = day.hub.orders()
    for place, order in enumerate(day.in_odoo("amount_total", "invoice_ids")):
        known = hub[day.uid(place)]
        assert order["plug4market_status"] == known["status"]
        assert order["name"] == known["orderIdStore"]
        assert abs(order["amount_total"] - known["totalAmount"]) < 0.005
    cancelled_orders_are_undone(day)
    left = (
        "SELECT kind, message FROM plug4market_order_event "
        "WHERE state NOT IN ('done', 'ignored')"
    )
    wait_until(lambda: day.shop.sql(left) == [], "an empty queue")
    day.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market_completed")
    day.tab.picture("day-completed")
    day.tab.assert_calm()
    day.shop.assert_clean_logs()


def cancelled_orders_are_undone(day):
    """Nothing is left to leave; what has a note waits for a person, prepared."""
    rows = day.in_odoo("picking_ids", "invoice_ids")
    for place in (*CANCELLED_BY_BUYER, *CANCELLED_BY_SELLER):
        assert rows[place]["state"] == "cancel"
        assert moves_of(day, rows[place]) == {("out_invoice", "cancel")}
    for place in CANCELLED_AFTER_INVOICE:
        assert moves_of(day, rows[place]) == {
            ("out_invoice", "posted"),
            ("out_refund", "draft"),
        }
    for place in (place for group in GONE for place in group):
        pickings = rows[place]["picking_ids"]
        states = day.call("stock.picking", "read", pickings, ["state"])
        assert {picking["state"] for picking in states} == {"cancel"}


def moves_of(day, order):
    invoices = day.call(
        "account.move", "read", order["invoice_ids"], ["move_type", "state"]
    )
    return {(move["move_type"], move["state"]) for move in invoices}
