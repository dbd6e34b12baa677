from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import LEASE_SECONDS, ORDERS_AT_ONCE
from ..transaction import in_new_transaction, work_in_cron

CRON = "plug4market_connector.ir_cron_plug4market_fetch_labels"

STATES = [
    ("waiting", "Waiting for the marketplace"),
    ("ready", "Ready"),
    ("error", "Needs a person"),
    ("void", "Not to be used"),
]
KINDS = [("pdf", "PDF"), ("zpl", "ZPL"), ("zip", "ZIP")]


class Plug4marketLabel(models.Model):
    """The shipping label of one order, and the wait until the marketplace has made it.

    It is no kind of ``plug4market.order.event``: rows of one order go there one after
    the other, and a label that is not ready for hours would hold up the shipment.
    Reading a label changes nothing in the hub, so reading it twice does no harm.
    """

    _name = "plug4market.label"
    _description = "Plug4Market Shipping Label"
    _order = "id desc"
    _rec_name = "order_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", readonly=True
    )
    state = fields.Selection(STATES, default="waiting", required=True, readonly=True)
    kind = fields.Selection(KINDS, "Format", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", "File", readonly=True, ondelete="set null"
    )
    message = fields.Text("What happened", readonly=True)
    fetched_at = fields.Datetime("Fetched on", readonly=True)
    asked_at = fields.Datetime(
        default=fields.Datetime.now, required=True, readonly=True
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime(
        "Next attempt", default=fields.Datetime.now, required=True, readonly=True
    )
    lease_until = fields.Datetime(readonly=True)

    _order_uniq = models.UniqueIndex("(order_id)")
    _due_idx = models.Index("(next_attempt_at) WHERE state = 'waiting'")

    def _is_printable(self):
        """Whether a file is here that may be used, old or new."""
        return bool(self.attachment_id) and self.state != "void"

    # -- asking ---------------------------------------------------------------

    @api.model
    def _ask(self, orders):
        """Have the labels of ``orders`` fetched, in this transaction; return the rows.

        What waits or failed is due now; a stored file stays until a new one is here.
        """
        Label = self.sudo()
        known = Label.search([("order_id", "in", orders.ids)])
        known.filtered(lambda label: label.state != "void")._bring_forward()
        new = Label.create(
            [
                {"order_id": order.id, "company_id": order.company_id.id}
                for order in orders - known.order_id
            ]
        )
        return known | new

    def _bring_forward(self):
        now = fields.Datetime.now()
        self.write(
            {"state": "waiting", "attempts": 0, "asked_at": now, "next_attempt_at": now}
        )

    @api.model
    def _wake(self):
        self.env.ref(CRON).sudo()._trigger()

    def _void(self):
        """The order was cancelled: nothing is fetched, and what is here is not used."""
        self.write({"state": "void", "message": self._void_message()})

    @api.model
    def _void_message(self):
        return self.env._(
            "The order was cancelled on the marketplace: its label must not be used."
        )

    # -- working --------------------------------------------------------------

    @api.model
    def _claim(self, *, limit=ORDERS_AT_ONCE, only=None):
        """Lease due labels of stores that can make calls; ``only`` these ids."""
        ids = in_new_transaction(
            self.env, lambda env: env[self._name]._claim_ids(limit, only)
        )
        self.env.invalidate_all()
        return self.sudo().browse(ids)

    @api.model
    def _claim_ids(self, limit, only):
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE plug4market_label
                   SET lease_until = %(until)s
                 WHERE id IN (
                       SELECT label.id
                         FROM plug4market_label label
                         JOIN plug4market_connection store
                           ON store.company_id = label.company_id
                          AND store.state = 'connected'
                         JOIN res_company company
                           ON company.id = label.company_id
                          AND company.plug4market_active
                        WHERE label.state = 'waiting'
                          AND label.next_attempt_at <= %(now)s
                          AND coalesce(label.lease_until < %(now)s, TRUE)
                          AND %(only)s
                        ORDER BY label.next_attempt_at, label.id
                        LIMIT %(limit)s
                          FOR UPDATE OF label SKIP LOCKED)
             RETURNING id
                """,
                until=now + timedelta(seconds=LEASE_SECONDS),
                now=now,
                only=SQL("label.id IN %s", tuple(only)) if only else SQL("TRUE"),
                limit=limit,
            )
        )
        return sorted(row[0] for row in rows)

    def _settle(self, state, message, **values):
        """Write an outcome and give the lease back; a cancelled order's label stays."""
        self.lease_until = False
        self.filtered(lambda label: label.state == "waiting").write(
            {"state": state, "message": message, **values}
        )

    def _keep(self, label):
        """Store the file of the hub's ``label``; a new one replaces the old."""
        self.ensure_one()
        old = self.attachment_id
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{self.order_id.name}.{label.kind}".replace("/", "-"),
                "raw": label.content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self._settle(
            "ready",
            False,
            kind=label.kind,
            attachment_id=attachment.id,
            fetched_at=fields.Datetime.now(),
        )
        old.unlink()

    @api.model
    def _cron_fetch_labels(self):
        """Fetch what is due until nothing is, or the scheduler's time is up."""
        work_in_cron(self.env, self.env["plug4market.label.fetcher"]._run, cron=CRON)
