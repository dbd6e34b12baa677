import base64
from urllib.parse import urlsplit

from odoo.tests import HttpCase, new_test_user, tagged

from .fake_hub import URL, FakeHub, make_tokens
from .samples import make_nfe, make_order

STORE_CNPJ = "11222333000181"
OTHER_CNPJ = "11222333000262"


@tagged("post_install", "-at_install", "plug4market")
class SmokeCase(HttpCase):
    """A store of the hub in a company of its own, whatever else the database holds.

    Odoo hands every outgoing request of a test to ``_request_handler``: there stands a
    fake hub, so nothing leaves this machine and nothing of the addon is patched.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hub = FakeHub()
        cls.company = cls.make_company("Loja Fumaça", STORE_CNPJ)
        cls.other = cls.make_company("Filial Fumaça", OTHER_CNPJ)
        cls.seller = new_test_user(
            cls.env,
            "plug4market_seller",
            groups="plug4market_connector.plug4market_connector_group_user,"
            "stock.group_stock_user,account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Caneca",
                "default_code": "SMOKE-1",
                "list_price": 39.9,
                "is_storable": True,
                "weight": 0.35,
                "description_sale": "Caneca de cerâmica",
                "plug4market_width": 12,
                "plug4market_height": 10,
                "plug4market_length": 9,
            }
        )
        cls.set_stock(5)

    def setUp(self):
        super().setUp()
        self.hub.reset()

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        if request.url.startswith(URL):
            return cls.hub.answer(request)
        return super()._request_handler(session, request, **options)

    # -- what a store needs ---------------------------------------------------

    @classmethod
    def make_company(cls, name, cnpj):
        """A connected company with what an order needs, with or without l10n_br."""
        cls.env.ref("base.BRL").active = True
        company = cls.env["res.company"].create(
            {
                "name": name,
                "vat": cnpj,
                "country_id": cls.env.ref("base.br").id,
                "currency_id": cls.env.ref("base.BRL").id,
            }
        )
        brazilian = cls.env["ir.module.module"]._get("l10n_br").state == "installed"
        cls.env["account.chart.template"].try_loading(
            "br" if brazilian else "generic_coa", company=company, install_demo=False
        )
        company.currency_id = cls.env.ref("base.BRL")
        if not cls.warehouse(company):
            cls.env["stock.warehouse"].create(
                {"name": name, "code": cnpj[-5:], "company_id": company.id}
            )
        company.write(
            {
                "plug4market_environment": "production",
                "plug4market_api_url": URL,
                "plug4market_order_target": "sale_order",
                "plug4market_active": True,
            }
        )
        cls.paste_tokens(company, cnpj)
        return company

    @classmethod
    def paste_tokens(cls, company, cnpj):
        tokens = make_tokens(cnpj)
        company.write(
            {
                "plug4market_access_token": tokens["accessToken"],
                "plug4market_refresh_token": tokens["refreshToken"],
            }
        )

    @classmethod
    def warehouse(cls, company):
        own = [("company_id", "=", company.id)]
        return cls.env["stock.warehouse"].search(own, limit=1)

    @classmethod
    def set_stock(cls, quantity):
        """Count the product in the store's warehouse."""
        location = cls.warehouse(cls.company).lot_stock_id
        quants = cls.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": cls.product.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    # -- steps ----------------------------------------------------------------

    def run_job(self, name):
        """End the transaction, as far as what waits for that goes, and run a job."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        job = self.env.ref(f"plug4market_connector.ir_cron_plug4market_{name}")
        job.method_direct_trigger()
        self.env.invalidate_all()

    def announce(self, hub_order):
        """Post the notice that the hub would; return the status of the answer."""
        address = urlsplit(self.company.plug4market_webhook_url).path
        notice = {
            "orderId": hub_order["id"],
            "status": hub_order["status"],
            "storeCnpj": STORE_CNPJ,
            "resourceUrl": f"{URL}/orders/{hub_order['id']}",
        }
        return self.url_open(address, json={"order": notice}, method="POST").status_code

    def import_order(self, **values):
        """An order of the marketplace and what it became: (hub order, sale order)."""
        hub_order = make_order(**values)
        self.hub.orders[hub_order["id"]] = hub_order
        self.assertEqual(self.announce(hub_order), 200)
        self.run_job("process_events")
        return hub_order, self.as_seller(self.find_orders(hub_order))

    def find_orders(self, hub_order):
        domain = [("plug4market_order_uid", "=", hub_order["id"])]
        return self.env["sale.order"].search(domain)

    def as_seller(self, records):
        return records.with_user(self.seller).with_company(self.company)

    def invoice_with_nfe(self, order):
        """Invoice the order and give the invoice its authorised NF-e."""
        invoice = order._create_invoices()
        invoice.action_post()
        nfe = make_nfe(STORE_CNPJ, order.partner_id.vat, invoice.amount_total)
        invoice.plug4market_nfe_xml = base64.b64encode(nfe)
        return invoice

    def assertSuccess(self, shown):
        self.env.invalidate_all()
        self.assertEqual(shown["params"]["type"], "success", shown["params"])

    def assertCancelled(self, order):
        self.assertEqual(order.plug4market_status, "CANCELED")
        self.assertEqual(order.state, "cancel")
