from odoo import api, models

from .tracing import traced


class Plug4marketSkuExporter(models.AbstractModel):
    _inherit = "plug4market.sku.exporter"

    @api.model
    @traced
    def _cron_export_products(self):
        return super()._cron_export_products()
