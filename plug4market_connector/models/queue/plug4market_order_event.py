from datetime import timedelta

from odoo import api, fields, models

from ..transaction import work_for_each, work_in_cron

CRON = "plug4market_connector.ir_cron_plug4market_process_events"
POLL_CRON = "plug4market_connector.ir_cron_plug4market_poll_orders"

KINDS = [
    ("notice", "Order news"),
    ("confirm", "Confirm"),
    ("invoice", "Send invoice"),
    ("shipment", "Report shipment"),
    ("delivered", "Report delivery"),
    ("cancel", "Cancel order"),
]


class Plug4marketOrderEvent(models.Model):
    """The one queue of orders: what happened and must reach the other side.

    ``notice`` goes from the hub to Odoo, every other kind from Odoo to the hub. Rows
    are only claimed, worked and settled by ``plug4market.event.worker``.
    """

    _name = "plug4market.order.event"
    _inherit = ["plug4market.sealed.mixin"]
    _description = "Plug4Market Order Event"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    origin = fields.Selection(
        [
            ("webhook", "Webhook"),
            ("poll", "Poll"),
            ("user", "User"),
            ("automatic", "Automatic"),
        ],
        default="automatic",
        required=True,
        readonly=True,
    )
    order_uid = fields.Char("Order ID in the hub", readonly=True)
    order_uid_raw = fields.Char(
        readonly=True, help="The order's ID as the hub spelt it, upper or lower case."
    )
    hub_status = fields.Char("Status as the hub spells it", readonly=True)
    order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    payload = fields.Json(readonly=True)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("done", "Done"),
            ("failed", "Needs a person"),
            ("ignored", "Ignored"),
        ],
        default="pending",
        required=True,
        readonly=True,
    )
    failure = fields.Selection(
        [
            ("transient", "Tried again by itself"),
            ("person", "Waiting for a person"),
            ("refused", "Refused for good"),
        ],
        "Kind of failure",
        readonly=True,
    )
    message = fields.Text("What happened", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(
        "Next attempt", default=fields.Datetime.now, required=True, readonly=True
    )
    lease_until = fields.Datetime(readonly=True)
    lease_worker = fields.Char(readonly=True)
    done_at = fields.Datetime("Settled on", readonly=True)
    ignored_by_id = fields.Many2one("res.users", "Ignored by", readonly=True)

    _order_idx = models.Index(
        "(company_id, order_uid, next_attempt_at) WHERE state = 'pending'"
    )
    _leased_idx = models.Index(
        "(company_id, order_uid) WHERE state = 'pending' AND lease_until IS NOT NULL"
    )
    _due_idx = models.Index("(next_attempt_at) WHERE state = 'pending'")

    @api.depends("kind", "order_id", "order_uid")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            number = event.order_id.client_order_ref or event.order_uid or ""
            event.display_name = f"{kinds.get(event.kind, '')} {number}".strip()

    # -- filling the queue ----------------------------------------------------

    @api.model
    def _enqueue(self, values_list, *, wake=True):
        """Add rows in this transaction; a cancellation supersedes what waits."""
        events = self.sudo().create(values_list)
        for cancel in events.filtered(lambda event: event.kind == "cancel"):
            cancel._supersede_waiting()
        if wake:
            self._wake_worker()
        return events

    def _supersede_waiting(self):
        """Settle what still waits to be sent for an order that is to be cancelled."""
        waiting = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("order_uid", "=", self.order_uid),
                ("state", "=", "pending"),
                ("kind", "in", ["invoice", "shipment", "delivered"]),
                ("id", "<", self.id),
            ]
        )
        waiting.write(
            {
                "state": "ignored",
                "message": self.env._("Superseded by the cancellation of the order."),
                "done_at": fields.Datetime.now(),
            }
        )

    def _wake_for_the_rest(self):
        """Wake the worker for what could not be claimed while these were worked."""
        orders = self.mapped("order_uid")
        if self.search_count(
            [("state", "=", "pending"), ("order_uid", "in", orders)], limit=1
        ):
            self._wake_worker()

    @api.model
    def _resume(self, company):
        """Let what waits for ``company``'s store go on now: it can make calls again."""
        now = fields.Datetime.now()
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "pending"),
                ("next_attempt_at", ">", now),
            ]
        ).write({"next_attempt_at": now})
        self._wake_worker()

    @api.model
    def _wake_worker(self):
        self.env.ref(CRON).sudo()._trigger()

    # -- people ---------------------------------------------------------------

    def action_retry(self):
        """Put failed or ignored rows back into the queue, due now."""
        self.check_access("write")
        self.filtered(lambda event: event.state != "done").sudo().write(
            {
                "state": "pending",
                "failure": False,
                "next_attempt_at": fields.Datetime.now(),
                "attempts": 0,
                "done_at": False,
                "ignored_by_id": False,
            }
        )
        self._wake_worker()

    def action_ignore(self):
        """Take rows out of the queue because a person says so."""
        self.check_access("write")
        self.filtered(lambda event: event.state != "done").sudo()._settle(
            "ignored",
            self.env._("Ignored by %s.", self.env.user.name),
            ignored_by_id=self.env.user.id,
        )

    def action_open_order(self):
        """Open the sale order of this event."""
        self.ensure_one()
        return self.order_id._get_records_action()

    # -- crons ----------------------------------------------------------------

    @api.model
    def _cron_process_events(self):
        """Work the queue until it is empty or the scheduler's time is up."""
        work_in_cron(self.env, self.env["plug4market.event.worker"]._run, cron=CRON)

    @api.model
    def _cron_poll_orders(self):
        """Look for approved orders that no webhook announced, store by store."""
        active = [("plug4market_active", "=", True)]
        work_for_each(
            self.env,
            lambda: self.env["res.company"].search(active),
            self.env["plug4market.event.worker"]._poll_company,
            cron=POLL_CRON,
        )

    @api.autovacuum
    def _gc_old_events(self):
        """Forget what was settled 90 days ago."""
        limit = fields.Datetime.now() - timedelta(days=90)
        self.search(
            [("state", "in", ["done", "ignored"]), ("done_at", "<", limit)], limit=10000
        ).unlink()
