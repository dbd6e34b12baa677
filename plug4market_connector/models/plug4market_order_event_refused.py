from odoo import api, fields, models


class Plug4marketOrderEvent(models.Model):
    """Remembers which orders Odoo refused, so that they fail no batch twice."""

    _inherit = "plug4market.order.event"

    refused_by_odoo = fields.Boolean(
        readonly=True,
        help="Odoo could not write what the hub says of the order: it is tried apart "
        "from the others.",
    )

    _refused_idx = models.Index("(company_id, order_uid) WHERE refused_by_odoo")

    @api.model
    def _refused_before(self, company, uids):
        """Those of the orders ``uids`` that Odoo refused and has not taken since."""
        rows = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "notice"),
                ("order_uid", "in", uids),
                ("refused_by_odoo", "=", True),
                ("state", "in", ["pending", "failed"]),
            ],
            ["order_uid"],
            order="id",
        )
        return set(rows.mapped("order_uid"))
