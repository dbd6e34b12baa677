from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _plug4market_match_orders(self):
        """Let orders go on that waited for a product with this SKU."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("plug4market_unmatched", "=", True),
                    ("plug4market_sku", "in", self.mapped("default_code")),
                    ("order_id.state", "in", ["draft", "sent"]),
                ]
            )
        )
        lines._plug4market_match_products()
        lines.order_id._plug4market_go_on()
