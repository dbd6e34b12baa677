from odoo import api, models

from .tracing import traced


class Plug4marketConnection(models.Model):
    _inherit = "plug4market.connection"

    @api.model
    @traced
    def _cron_refresh_tokens(self):
        return super()._cron_refresh_tokens()
