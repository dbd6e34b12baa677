from odoo import api, models

from .tracing import traced


class Plug4marketOrderEvent(models.Model):
    _inherit = "plug4market.order.event"

    @api.model
    @traced
    def _cron_process_events(self):
        return super()._cron_process_events()

    @api.model
    @traced
    def _cron_poll_orders(self):
        return super()._cron_poll_orders()
