from odoo import api, fields, models

from ..access import known


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "plug4market.marketplace.mixin"]

    plug4market_order_id = fields.Many2one(
        "sale.order",
        "Marketplace order",
        compute="_compute_plug4market_order_id",
        store=True,
        index="btree_not_null",
    )
    plug4market_status = fields.Selection(
        related="plug4market_order_id.plug4market_status"
    )
    plug4market_channel_id = fields.Many2one(
        related="plug4market_order_id.plug4market_channel_id"
    )
    plug4market_event_ids = fields.One2many(
        "plug4market.order.event",
        "move_id",
        "Marketplace events",
        groups="plug4market_connector.plug4market_connector_group_user",
    )
    plug4market_last_problem = fields.Text(compute="_compute_plug4market_last_problem")

    @api.depends("line_ids.sale_line_ids.order_id.plug4market_order_uid", "move_type")
    def _compute_plug4market_order_id(self):
        for move in self:
            orders = move.line_ids.sale_line_ids.order_id
            is_sale = move.move_type in ("out_invoice", "out_refund")
            marketplace = orders.filtered("plug4market_order_uid")
            move.plug4market_order_id = marketplace[:1] if is_sale else False

    @api.depends("plug4market_event_ids.state")
    def _compute_plug4market_last_problem(self):
        for move in self:
            last = known(move).sudo().plug4market_event_ids.sorted("id")[-1:]
            move.plug4market_last_problem = (
                last.message if last.state in ("failed", "pending") else False
            )

    @api.depends_context("uid")
    def _compute_payment_count(self):
        """Who may read no payments has none to open: a salesperson, for one.

        Odoo counts them all the same, and so shows such a person no invoice at all.
        """
        if self.env["account.payment"].has_access("read"):
            return super()._compute_payment_count()
        self.payment_count = 0

    def _plug4market_order(self):
        # Credit notes say which order they are of, and tell the hub nothing.
        return self.filtered(
            lambda m: m.move_type == "out_invoice"
        ).plug4market_order_id

    def _plug4market_invoice(self):
        return self.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
