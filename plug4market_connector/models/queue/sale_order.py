from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import DONE_AT_ONCE, IMPORTED_STATUSES


class SaleOrder(models.Model):
    """What a person sees of a marketplace order, and reading it again."""

    _inherit = "sale.order"

    plug4market_status = fields.Selection(group_expand="_plug4market_columns")
    plug4market_lines_total = fields.Monetary(
        "Total in Odoo",
        compute="_compute_plug4market_gap",
        help="Without the line that makes up for a difference.",
    )
    plug4market_gap = fields.Monetary("Difference", compute="_compute_plug4market_gap")
    plug4market_timeline_ids = fields.Many2many(
        "plug4market.order.event",
        string="What happened",
        compute="_compute_plug4market_timeline_ids",
        groups="plug4market_connector.plug4market_connector_group_user",
    )

    @api.model
    def _plug4market_columns(self, values, domain):
        """The columns of the board: a sale's way, and whatever else is there."""
        return [
            status
            for status, _label in self._fields["plug4market_status"].selection
            if status in values or status in IMPORTED_STATUSES
        ]

    @api.depends("plug4market_total", "amount_total", "plug4market_difference")
    def _compute_plug4market_gap(self):
        """By how much the order's lines miss what the marketplace was paid."""
        for order in self:
            lines_total = order.amount_total - order.plug4market_difference
            gap = lines_total - order.plug4market_total
            order.plug4market_lines_total = lines_total
            order.plug4market_gap = order.currency_id.round(gap) or 0.0

    def _compute_plug4market_timeline_ids(self):
        """The order's rows of the queue, and those that only name its id so far."""
        Event = self.env["plug4market.order.event"]
        domain = Domain("order_id", "in", self.ids)
        for company, orders in self.grouped("company_id").items():
            domain |= (
                Domain("order_id", "=", False)
                & Domain("company_id", "=", company.id)
                & Domain("order_uid", "in", orders.mapped("plug4market_order_uid"))
            )
        by_order = Event.search(domain).grouped(
            lambda event: (event.company_id, event.order_uid)
        )
        for order in self:
            key = (order.company_id, order.plug4market_order_uid)
            order.plug4market_timeline_ids = by_order.get(key, Event)

    def action_plug4market_read_again(self):
        """Read these orders from the hub now; many are read by the queue."""
        self._plug4market_check_role()
        self.check_access("read")
        orders = self._plug4market_order()
        if not orders:
            raise UserError(self.env._("None of these is a marketplace order."))
        Event = self.env["plug4market.order.event"]
        event_ids = []
        for company, of_company in orders.grouped("company_id").items():
            uids = {
                order.plug4market_order_uid: (
                    order.plug4market_order_uid_raw or order.plug4market_order_uid
                )
                for order in of_company
            }
            event_ids += Event._ask_for(company, uids)
        if len(event_ids) <= DONE_AT_ONCE:
            return self._plug4market_show(Event._work_now(event_ids))
        Event._wake_worker()
        message = self.env._(
            "%(count)s orders are being read again in the background.",
            count=len(event_ids),
        )
        return self._plug4market_show([("", True, message)])
