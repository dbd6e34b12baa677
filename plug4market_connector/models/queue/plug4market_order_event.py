from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...transaction import (
    DONE_AT_ONCE,
    fresh_view,
    own_transaction,
    work_for_each,
    work_in_cron,
)

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
    _inherit = [
        "plug4market.sealed.mixin",
        "plug4market.patient.mixin",
        "plug4market.leased.mixin",
    ]
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
    next_attempt_at = fields.Datetime(required=True)
    done_at = fields.Datetime("Settled on", readonly=True)
    ignored_by_id = fields.Many2one("res.users", "Ignored by", readonly=True)

    status_label = fields.Char("Announced status", compute="_compute_status_label")
    timeline_event = fields.Text("Event", compute="_compute_timeline")
    timeline_call = fields.Text("Call", compute="_compute_timeline")
    timeline_effect = fields.Text("Effect", compute="_compute_timeline")

    _order_idx = models.Index(
        "(company_id, order_uid, next_attempt_at) WHERE state = 'pending'"
    )
    _leased_idx = models.Index(
        "(company_id, order_uid) WHERE state = 'pending' AND lease_id IS NOT NULL"
    )
    _due_idx = models.Index("(next_attempt_at) WHERE state = 'pending'")

    # An order's rows that were never joined to it: news that wait, failed or said
    # nothing yet.
    _loose_order_idx = models.Index("(company_id, order_uid) WHERE order_id IS NULL")

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

    @api.model
    @own_transaction
    def _enqueue_now(self, values_list):
        """Add rows that the click works which asks for them.

        Nobody is woken, who would take them before the click's own worker.
        """
        return self._enqueue(values_list, wake=False)

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

    @api.model
    def _end_old_orders(self, company, asked_at):
        """Settle what waits or failed for orders of a store that ``company`` has left.

        Orders of the new one are only announced: nothing else can be said of them yet.
        """
        old = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ["pending", "failed"]),
                "|",
                ("kind", "!=", "notice"),
                ("create_date", "<", asked_at),
            ]
        )
        old._settle(
            "ignored",
            self.env._("The order is of another store than the company has now."),
        )

    def _wake_for_the_rest(self):
        """Wake the worker for what could not be claimed while these were worked."""
        orders = self.mapped("order_uid")
        if self.search_count(
            [("state", "=", "pending"), ("order_uid", "in", orders)], limit=1
        ):
            self._wake_worker()

    @api.model
    def _wake_worker(self):
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _wake_idle_worker(self):
        """Wake the worker; False when it is at work already, or switched off."""
        idle = self.env.ref(CRON).sudo().try_lock_for_update(allow_referencing=True)
        if idle.active:
            idle._trigger()
        return idle.active

    # -- people ---------------------------------------------------------------

    def action_retry(self):
        """Put failed or ignored rows back into the queue, due now."""
        self.check_access("write")
        self.filtered(lambda event: event.state != "done").sudo().write(
            {
                "state": "pending",
                "failure": False,
                "done_at": False,
                "ignored_by_id": False,
                **self._prepare_fresh_values(),
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
        worker = self.env["plug4market.event.worker"]
        work_in_cron(self.env, worker._run, cron=CRON, rest=worker._rest)

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

    # -- rows that a person waits for -----------------------------------------
    # Rows that a person is waiting for in front of the screen.

    @api.model
    @own_transaction
    def _ask_for(self, company, uids):
        """Queue the reading of orders in a transaction of its own; return rows' ids.

        :param uids: each order's id as the hub spells it, by its lower case
        """
        # As in _lease_due: who waited here sees the rows of who went before.
        self.env.cr.execute(
            "LOCK TABLE plug4market_connection IN SHARE UPDATE EXCLUSIVE MODE"
        )
        Event = self.sudo()
        waiting = Event.search(
            [
                ("company_id", "=", company.id),
                ("order_uid", "in", list(uids)),
                ("kind", "=", "notice"),
                ("state", "in", ["pending", "failed"]),
            ]
        )
        waiting._bring_forward()
        rows = {event.order_uid: event.id for event in waiting}
        new = [uid for uid in uids if uid not in rows]
        known = Event.env["sale.order"]._plug4market_find(company, new)
        order_ids = {order.plug4market_order_uid: order.id for order in known}
        created = self._enqueue(
            [
                {
                    "company_id": company.id,
                    "kind": "notice",
                    "origin": "user",
                    "order_uid": uid,
                    "order_uid_raw": uids[uid],
                    "order_id": order_ids.get(uid),
                }
                for uid in new
            ],
            wake=False,
        )
        rows.update(zip(new, created.ids, strict=True))
        return [rows[uid] for uid in uids]

    def _bring_forward(self):
        """Let rows that wait for their next attempt, or for a person, be due now."""
        failed = self.filtered(lambda event: event.state == "failed")
        failed.write(
            {
                "state": "pending",
                "failure": False,
                "done_at": False,
                **self._prepare_no_failure_values(),
            }
        )
        self.filtered(lambda event: not event.lease_id).write(
            {"next_attempt_at": fields.Datetime.now()}
        )

    @api.model
    def _work_now(self, event_ids):
        """Work the first rows within the click, leave the others to the queue.

        Return the outcomes of all, see ``_outcomes``.
        """
        for event_id in event_ids[:DONE_AT_ONCE]:
            with fresh_view(self.env) as env:
                env["plug4market.event.worker"].sudo()._run(limit=1, only=event_id)
        with fresh_view(self.env) as env:
            events = env[self._name].sudo().browse(event_ids)
            events._wake_for_the_rest()
            return events._outcomes()

    # -- rows that nobody clicked for -----------------------------------------

    @api.model
    def _enqueue_once(self, values_list):
        """Queue in this transaction what is not queued yet, one row an order and kind.

        A row that waits says from now on what is known now; one that failed is tried
        again, as something of it was put right. What a person chose to ignore stays
        ignored.
        """
        known = self._find_unsettled(values_list)
        new = []
        for values in values_list:
            events = known.get((values["order_id"], values["kind"]))
            if not events:
                new.append(values)
            elif open_event := events.filtered(lambda e: e.state != "ignored")[:1]:
                open_event._say_now(values)
        if new:
            self._enqueue(new)

    @api.model
    def _find_unsettled(self, values_list):
        """Rows of these orders and kinds that wait for the hub or for a person."""
        return (
            self.sudo()
            .search(
                [
                    ("order_id", "in", [values["order_id"] for values in values_list]),
                    ("kind", "in", [values["kind"] for values in values_list]),
                    "|",
                    ("state", "in", ["pending", "failed"]),
                    ("ignored_by_id", "!=", False),
                ],
                order="state DESC, id",
            )
            .grouped(lambda event: (event.order_id.id, event.kind))
        )

    def _say_now(self, values):
        """Let this row say what ``values`` do, unless it is being said right now."""
        if self.lease_id:
            return
        said = {name: values.get(name, False) for name in ("move_id", "payload")}
        self.write(said)
        if self.state == "failed":
            self._bring_forward()
            self._wake_worker()

    # -- a line of its order's history ----------------------------------------

    @api.depends("hub_status")
    @api.depends_context("lang")
    def _compute_status_label(self):
        """The announced status in Odoo's words; an unknown one as the hub has it."""
        status = self.env["sale.order"]._fields["plug4market_status"]
        labels = dict(status._description_selection(self.env))
        for event in self:
            event.status_label = labels.get(event.hub_status, event.hub_status)

    @api.depends("kind", "origin", "hub_status", "state", "message", "attempts")
    @api.depends_context("lang", "tz")
    def _compute_timeline(self):
        for event in self:
            event.timeline_event = event._timeline_event()
            event.timeline_call = event._timeline_call()
            event.timeline_effect = event._timeline_effect()

    def _timeline_event(self):
        """What set the row off."""
        if self.kind != "notice":
            return self._kind_label()
        if self.origin == "user":
            return self.env._(
                "%(user)s asked to read the order", user=self.create_uid.name
            )
        if not self.hub_status:
            return self.env._("News of the order")
        return self.env._(
            "The marketplace's status: %(status)s", status=self.status_label
        )

    def _kind_label(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _timeline_call(self):
        """What was said to the hub, or asked of it; empty when no call was made."""
        if self.state == "pending" and not self.attempts:
            return self.env._("Not called yet")
        if self.state == "ignored" and not self.attempts and self.kind != "notice":
            return False
        payload = self.payload or {}
        return {
            "notice": self.env._("Read the order"),
            "confirm": self.env._(
                "Sent the order's number %(number)s", number=self.order_id.name
            ),
            "invoice": self.env._(
                "Sent the NF-e of %(invoice)s", invoice=self.move_id.name or ""
            ),
            "shipment": self.env._(
                "Sent carrier and tracking: %(carrier)s %(number)s",
                carrier=payload.get("carrier") or "",
                number=payload.get("tracking_number") or "",
            ),
            "delivered": self.env._("Sent the delivery date"),
            "cancel": self.env._("Asked for the cancellation"),
        }[self.kind]

    def _timeline_effect(self):
        """What came of it, with the attempts that were needed."""
        sentences = [self.message]
        if self.attempts:
            sentences.append(
                self.env._("Failed attempts: %(count)s.", count=self.attempts)
            )
        if self.state == "pending":
            sentences.append(
                self.env._(
                    "Next attempt: %(moment)s.",
                    moment=format_datetime(
                        self.env, self.next_attempt_at, dt_format="short"
                    ),
                )
            )
        return " ".join(filter(None, sentences)) or False

    # -- what it says to the hub ----------------------------------------------

    def _prepare_call(self):
        """The client's method and arguments for this row, as its order has them.

        :raise UserError: when Odoo lacks what the call must say
        """
        self.ensure_one()
        return getattr(self.order_id, f"_plug4market_{self.kind}_call")(self)

    def _outcome_message(self, hub_order=None):
        """What the hub did, for the row and for who clicked."""
        self.ensure_one()
        if self.kind == "cancel" and hub_order and hub_order.status != "CANCELED":
            return self.env._(
                "Plug4Market accepted the cancellation and has not finished it yet."
            )
        messages = {
            "confirm": self.env._("Plug4Market knows the order's number in Odoo."),
            "invoice": self.env._("Plug4Market received the invoice."),
            "shipment": self.env._("Plug4Market received the shipment."),
            "delivered": self.env._("Plug4Market received the delivery."),
            "cancel": self.env._("Plug4Market cancelled the order."),
        }
        return messages[self.kind]

    def _outcomes(self):
        """Name, success and sentence of each row, for who clicked."""
        outcomes = []
        for event in self:
            message = event.message
            if event.state == "pending" and not message:
                message = self.env._("Queued; it goes on by itself.")
            elif event.state == "pending":
                message = self.env._(
                    "Queued, will be tried again by itself. %(reason)s", reason=message
                )
            # An order is cancelled with all its invoices.
            record = event.kind != "cancel" and event.move_id or event.order_id
            outcomes.append((record.display_name, event.state == "done", message))
        return outcomes
