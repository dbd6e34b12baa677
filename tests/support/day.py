"""A shop with two companies and the orders of its day, for a person in Chromium."""

import concurrent.futures

import requests
from browser import OdooTab
from hub_control import STORE_CNPJ, product_values
from patience import PATIENCE, wait_until

BRANCH_CNPJ = "11222333000262"
CHANNELS = (7, 26, 1, 4, 5)
ORDERS = 50
SKUS = [f"DIA-{n}" for n in range(5)]
# The orders, by their place, that leave in two parcels.
SPLIT = (9, 20, 31)


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

        wait_until(all_have_it, f"{status} of {places}")

    def straight(self, *left_out):
        gone = {place for group in left_out for place in group}
        return [place for place in range(ORDERS) if place not in gone]

    # -- the person -----------------------------------------------------------

    def open_list(self):
        self.tab.menu("plug4market_orders_menu", "sale_order_menu_plug4market")

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
            place: requests.get(
                f"{url}/{self.uid(place)}/nfe.xml", timeout=PATIENCE
            ).content
            for place in places
        }

    def print_labels(self):
        """Choose all orders to handle and print their labels; return the PDF's path."""
        self.tab.menu(
            "plug4market_orders_menu", "sale_order_menu_plug4market_to_handle"
        )
        self.tab.page.reload()
        self.tab.settle()
        self.select_all()
        with self.tab.page.expect_download() as download:
            self.tab.button(
                "action_plug4market_print_labels", ".o_control_panel"
            ).click()
        return download.value.path()

    def select_all(self):
        self.tab.find(".o_list_table thead .o_list_record_selector input").click()
