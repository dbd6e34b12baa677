from odoo import api, fields, models

from .tracing import traced


class ProductProduct(models.Model):
    _inherit = "product.product"

    extension_offer = fields.Char(compute="_compute_extension_offer")

    @api.depends("plug4market_name", "plug4market_price", "plug4market_state")
    @api.depends_context("company")
    def _compute_extension_offer(self):
        for product in self:
            product.extension_offer = (
                f"{product.plug4market_name}: {product.plug4market_price:.2f}, "
                f"{product.plug4market_state}"
            )

    @traced
    def action_plug4market_sync(self):
        return super().action_plug4market_sync()

    @traced
    def _plug4market_prepare_body_values(self, row, stock):
        values = super()._plug4market_prepare_body_values(row, stock)
        return {**values, "description": f"{values['description']} (extended)"}
