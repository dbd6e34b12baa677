"""The base of the addon's tests: a Brazilian company connected to the simulator."""

from hub_control import HubControl, product_values

from odoo.tests import TransactionCase, tagged

from devkit.servers import Simulator


@tagged("standard", "post_install")
class Plug4marketCase(TransactionCase):
    """Every cursor the addon opens shares the test's own, which is rolled back."""

    # Odoo tags only classes that live under odoo.addons.
    test_module = "plug4market_connector"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo ends the processes a class leaves behind: each class has its own.
        cls.hub = HubControl(cls.enterClassContext(Simulator()).url)
        cls.hub.reset()
        cls.company = cls.env.ref("base.main_company")
        cls.company.write(
            {
                "plug4market_active": True,
                "plug4market_environment": "simulator",
                "plug4market_api_url": cls.hub.url,
                "plug4market_user_id": cls.env.ref("base.user_admin").id,
            }
        )
        # One call after another: tests read them in their order.
        cls.calls_at_once(1)
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.product = cls.make_product("CAN-325", "Caneca", 39.9)
        cls.worker = cls.env["plug4market.event.worker"]

    def setUp(self):
        super().setUp()
        self.hub.reset()
        self.paste_tokens(self.hub.store())
        self.enterContext(self.enter_registry_test_mode())

    @classmethod
    def calls_at_once(cls, number):
        """Let so many calls of a store be under way at once; None: as by default."""
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param("plug4market_connector.calls_at_once", number)

    def paste_tokens(self, tokens):
        """Paste what the panel shows on the company's Integration tab."""
        self.company.write(
            {
                "plug4market_access_token": tokens["accessToken"],
                "plug4market_refresh_token": tokens["refreshToken"],
            }
        )

    def ask_in_english(self):
        """Let activities, written in the language of who gets them, be in English."""
        self.company.plug4market_user_id.lang = "en_US"

    def move_hub(self, url):
        """Let the store's hub be at ``url``, with tokens of its own."""
        self.company.plug4market_api_url = url
        self.paste_tokens(self.hub.store())

    def open_second_store(self, cnpj="19131243000197"):
        """A company that is connected to a store of its own; it has no accounts."""
        other = self.env["res.company"].create(
            {
                "name": "Segunda loja",
                "plug4market_environment": "simulator",
                "plug4market_api_url": self.hub.url,
            }
        )
        tokens = self.hub.store(cnpj, other.name)
        other.write(
            {
                "plug4market_access_token": tokens["accessToken"],
                "plug4market_refresh_token": tokens["refreshToken"],
                "plug4market_webhook_token": f"door of {cnpj}",
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET plug4market_active = TRUE WHERE id = %s", [other.id]
        )
        self.env.invalidate_all()
        return other

    @classmethod
    def make_product(cls, sku, name, price, stock=0, **values):
        product = cls.env["product.product"].create(
            {**product_values(sku, name, price), **values}
        )
        if stock:
            warehouse = cls.env["stock.warehouse"].search(
                [("company_id", "=", cls.env.company.id)], limit=1
            )
            cls.env["stock.quant"]._update_available_quantity(
                product, warehouse.lot_stock_id, stock
            )
        return product

    def settings(self, **values):
        """Save settings of the company, without their prefix."""
        self.company.write({f"plug4market_{name}": v for name, v in values.items()})
        self.env.flush_all()

    # -- steps ----------------------------------------------------------------

    def notice(self, hub_order, status=None):
        """What the webhook of ``hub_order`` leaves in the queue."""
        return self.env["plug4market.order.event"]._enqueue(
            [
                {
                    "company_id": self.company.id,
                    "kind": "notice",
                    "origin": "webhook",
                    "order_uid": hub_order["id"].lower(),
                    "order_uid_raw": hub_order["id"],
                    "hub_status": status or hub_order["status"],
                }
            ]
        )

    def work(self):
        """Work the queue until nothing is due."""
        self.env.flush_all()
        for _round in range(50):
            if not self.worker._run():
                break
        self.env.invalidate_all()

    def sync(self, products):
        """Press Send to Plug4Market; return what the notification says."""
        self.env.flush_all()
        shown = products.action_plug4market_sync()
        self.env.invalidate_all()
        return shown["params"]

    def compare_stores(self):
        """Let the job that compares whole stores work until nothing is left to do."""
        self.env.flush_all()
        while self.env["plug4market.reconciliation"]._reconcile_slice():
            self.env.cr.precommit.run()
        self.env.invalidate_all()

    def export(self, later=True):
        """End the transaction, as far as marks go, and let the cron send.

        ``later``: the SKUs had their rest since they were sent last.
        """
        exporter = self.env["plug4market.sku.exporter"]
        worked = True
        while worked:
            self.env.flush_all()
            self.env.cr.precommit.run()
            exporter._put_sold_out_first(self.env["plug4market.sku.change"]._merge())
            if later:
                rows = self.env["plug4market.sku"].search([("state", "=", "pending")])
                rows.next_attempt_at = "2020-01-01"
            self.env.flush_all()
            worked = exporter._run()
            self.env.invalidate_all()

    def import_order(self, items=None, **values):
        """An order of the marketplace, imported; returns (hub order, sale order)."""
        hub_order = self.hub.order(items or [("CAN-325", 2, 39.9)], **values)
        self.notice(hub_order)
        self.work()
        return hub_order, self.find_order(hub_order)

    def change_order(self, hub_order, patch):
        """Let the marketplace change an order, and Odoo read it again."""
        self.notice(self.hub.change(hub_order["id"], patch))
        self.work()

    def find_order(self, hub_order):
        return self.env["sale.order"].search(
            [("plug4market_order_uid", "=", hub_order["id"].lower())]
        )

    def events(self, hub_order, **values):
        domain = [("order_uid", "=", hub_order["id"].lower())]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["plug4market.order.event"].search(domain)

    def assertNoWorkLeft(self):
        left = self.env["plug4market.order.event"].search([("state", "=", "pending")])
        self.assertFalse(left, [(e.kind, e.message) for e in left])
