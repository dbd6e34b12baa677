from odoo import models

from .tracing import traced


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @traced
    def action_plug4market_sync(self):
        return super().action_plug4market_sync()
