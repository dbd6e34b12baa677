"""Tests of the catalogue: a product with stock, the button and the exporter."""

from odoo_case import Plug4marketCase


class ProductCase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("GAR-750", "Garrafa", 119.9, stock=45)

    def sync(self, products=None):
        self.env.flush_all()
        shown = (products or self.product).action_plug4market_sync()
        self.env.invalidate_all()
        return shown["params"]

    def export(self, later=True):
        """End the transaction, as far as marks go, and let the cron send.

        ``later``: the SKUs had their rest since they were sent last.
        """
        self.env.flush_all()
        self.env.cr.precommit.run()
        if later:
            rows = self.env["plug4market.sku"].search([])
            rows.write({"synced_at": "2020-01-01", "next_attempt_at": "2020-01-01"})
        self.env.flush_all()
        while self.env["plug4market.sku.exporter"]._run():
            pass
        self.env.invalidate_all()

    def move(self, product, quantity):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )
