"""Tests of the catalogue: a product with stock, the button and the exporter."""

from odoo_case import Plug4marketCase


class ProductCase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.make_product("GAR-750", "Garrafa", 119.9, stock=45)

    def sync(self, products=None):
        return super().sync(products or self.product)

    def move(self, product, quantity):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            product, warehouse.lot_stock_id, quantity
        )
