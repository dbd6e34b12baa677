from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model
    def _plug4market_match_orders(self, skus):
        """Let orders go on that waited for the one product of one of these SKUs."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("plug4market_unmatched", "=", True),
                    ("plug4market_sku", "in", list(skus)),
                    ("order_id.state", "in", ["draft", "sent"]),
                ]
            )
        )
        lines._plug4market_match_products()
        lines.order_id._plug4market_go_on()
