from odoo import models


class Plug4marketOrderEvent(models.Model):
    """Of more than a million events the few that the dashboard speaks of."""

    _inherit = "plug4market.order.event"

    _open_idx = models.Index("(company_id, state) WHERE state IN ('pending', 'failed')")
    _last_notice_idx = models.Index(
        "(company_id, id) WHERE kind = 'notice' AND origin = 'webhook'"
    )
