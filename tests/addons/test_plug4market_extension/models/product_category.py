from odoo import models

from .tracing import traced


class ProductCategory(models.Model):
    _inherit = "product.category"

    @traced
    def _plug4market_prepare_body_values(self, company):
        return super()._plug4market_prepare_body_values(company)
