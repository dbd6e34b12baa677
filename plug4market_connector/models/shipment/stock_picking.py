from odoo import api, fields, models
from odoo.fields import Domain

from ..access import known
from ..const import DISPATCH


class StockPicking(models.Model):
    """Transfers under the dispatch clock of their marketplace order."""

    _inherit = "stock.picking"

    plug4market_handling_limit = fields.Datetime(
        related="sale_id.plug4market_handling_limit",
        store=True,
        index="btree_not_null",
    )
    plug4market_channel_id = fields.Many2one(
        related="sale_id.plug4market_channel_id", string="Sales channel"
    )
    plug4market_dispatch = fields.Selection(
        DISPATCH,
        "Dispatch",
        compute="_compute_plug4market_dispatch",
        compute_sudo=True,
        search="_search_plug4market_dispatch",
        help="Where the transfer stands against the marketplace's dispatch limit.",
    )

    @api.depends("state", "picking_type_code", "sale_id.plug4market_dispatch")
    def _compute_plug4market_dispatch(self):
        for picking in self:
            ticks = (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code != "incoming"
            )
            picking.plug4market_dispatch = (
                ticks and known(picking).sale_id.plug4market_dispatch
            )

    def _search_plug4market_dispatch(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._plug4market_dispatch_domain(set(value) - {False})
        if False in value:
            found |= ~self._plug4market_dispatch_domain(dict(DISPATCH))
        return found

    @api.model
    def _plug4market_dispatch_domain(self, names):
        # Who works in the warehouse may be allowed to see no sale order.
        of_order = [("plug4market_dispatch", "in", list(names))]
        return (
            Domain("state", "not in", ["done", "cancel"])
            & Domain("picking_type_id.code", "!=", "incoming")
            & Domain("sale_id", "any!", of_order)
        )
