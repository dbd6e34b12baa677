import io
import time
import zipfile

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.pdf import merge_pdf

from ...hub import NotFoundInHub, RejectedByHub, RetryPolicy, label_parts
from ...messages import notification
from ...transaction import (
    CONFLICTS,
    DONE_AT_ONCE,
    fresh_view,
    own_transaction,
    work_in_cron,
)
from ..queue.plug4market_order_event_claim import ORDERS_AT_ONCE

CRON = "plug4market_connector.ir_cron_plug4market_fetch_labels"

STATES = [
    ("waiting", "Waiting for the marketplace"),
    ("ready", "Ready"),
    ("error", "Needs a person"),
    ("void", "Not to be used"),
]
KINDS = [("pdf", "PDF"), ("zpl", "ZPL"), ("zip", "ZIP")]

# A click begins no more calls after this many seconds; the queue fetches the others.
CLICK_SECONDS = 1

MAY_PRINT = (
    "plug4market_connector.plug4market_connector_group_user",
    "stock.group_stock_user",
)
MIMETYPES = {"pdf": "application/pdf", "zpl": "text/plain", "zip": "application/zip"}


class Plug4marketLabel(models.Model):
    """The shipping label of one order, and the wait until the marketplace has made it.

    It is no kind of ``plug4market.order.event``: rows of one order go there one after
    the other, and a label that is not ready for hours would hold up the shipment.
    Reading a label changes nothing in the hub, so reading it twice does no harm.
    """

    _name = "plug4market.label"
    _inherit = ["plug4market.patient.mixin", "plug4market.leased.mixin"]
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
    printed_at = fields.Datetime("Printed on", readonly=True)
    printed_by_id = fields.Many2one("res.users", "Printed by", readonly=True)
    next_attempt_at = fields.Datetime(required=True)

    # A label that is not made yet is refused, or not found (docs/hub-api.md 13 #28).
    _policy = RetryPolicy(passing=(*CONFLICTS, RejectedByHub, NotFoundInHub))

    _order_uniq = models.UniqueIndex("(order_id)")
    _waiting_idx = models.Index("(company_id, next_attempt_at) WHERE state = 'waiting'")

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
        self.write({"state": "waiting", **self._prepare_fresh_values()})

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
        ids = self._lease_due(limit, only)
        self.env.invalidate_all()
        return self.sudo().browse(ids)

    @api.model
    @own_transaction
    def _lease_due(self, limit, only):
        lease_id = self.env["plug4market.lease"]._claimable()
        if not lease_id:
            return []
        budget = self.env["plug4market.budget"]
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE plug4market_label
                   SET lease_id = %(lease)s
                 WHERE id IN (
                       SELECT found.id
                         FROM plug4market_budget budget
                         JOIN plug4market_connection store
                           ON store.company_id = budget.company_id
                          AND store.state = 'connected'
                         JOIN res_company company
                           ON company.id = budget.company_id
                          AND company.plug4market_active,
                      LATERAL (
                       SELECT label.id
                         FROM plug4market_label label
                        WHERE label.company_id = budget.company_id
                          AND label.state = 'waiting'
                          AND label.next_attempt_at <= %(now)s
                          AND label.lease_id IS NULL
                          AND %(only)s
                        ORDER BY label.next_attempt_at, label.id
                        LIMIT %(at_once)s
                          FOR UPDATE SKIP LOCKED) found
                        WHERE %(may_ask)s
                        LIMIT %(limit)s)
             RETURNING id
                """,
                at_once=budget._at_once(limit, clicked=bool(only)),
                may_ask=budget._may_ask(clicked=bool(only)),
                lease=lease_id,
                now=fields.Datetime.now(),
                only=SQL("label.id IN %s", tuple(only)) if only else SQL("TRUE"),
                limit=limit,
            )
        )
        return sorted(row[0] for row in rows)

    def _settle(self, state, message, **values):
        """Write an outcome and give the lease back; a cancelled order's label stays."""
        self.lease_id = False
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
            printed_at=False,
            printed_by_id=False,
            **self._prepare_no_failure_values(),
        )
        old.unlink()

    @api.model
    def _cron_fetch_labels(self):
        """Fetch what is due until nothing is, or the scheduler's time is up."""
        work_in_cron(self.env, self.env["plug4market.label.fetcher"]._run, cron=CRON)

    # -- printing -------------------------------------------------------------
    # Labels for a person who stands before the printer.

    # -- clicks ---------------------------------------------------------------

    @api.model
    def _print(self, orders):
        """Fetch the labels that are missing, and return all of ``orders`` as one file.

        :param orders: those the user was allowed to pick; who works in the warehouse
            may be allowed to see no sale order
        """
        self._check_may_print()
        orders = orders.sudo()
        left_out = {order: self._why_none(order) for order in orders}
        wanted = orders.filtered(lambda order: not left_out[order])
        self._fetch_now(
            wanted.filtered(
                lambda order: not order.plug4market_label_ids._is_printable()
            )
        )
        with fresh_view(self.env) as env:
            labels = env[self._name].sudo()._of(wanted)
            printable = [label.id for label in labels if label._is_printable()]
            for label in labels.filtered(lambda label: label.id not in printable):
                left_out[orders.browse(label.order_id.id)] = label._outcome()
        results = [(order.name, left_out[order]) for order in orders if left_out[order]]
        self._note_printed(printable)
        return self._hand_over(printable, results)

    @api.model
    @own_transaction
    def _note_printed(self, label_ids):
        """Note who has these now; the fetcher may have written them a moment ago."""
        labels = self.sudo().browse(label_ids)
        labels.write(
            {"printed_at": fields.Datetime.now(), "printed_by_id": self.env.uid}
        )

    @api.model
    def _fetch_again(self, orders):
        """Replace what is stored, and say what came of it."""
        self._check_may_print()
        orders = orders.sudo()
        results = [(order.name, self._why_none(order)) for order in orders]
        wanted = orders.filtered(lambda order: not self._why_none(order))
        self._fetch_now(wanted)
        with fresh_view(self.env) as env:
            labels = env[self._name].sudo()._of(wanted)
            outcomes = [(label.order_id.name, label._outcome()) for label in labels]
            succeeded = all(label.state == "ready" for label in labels)
        results = [result for result in results if result[1]]
        return self._notify(outcomes + results, succeeded and not results)

    @api.model
    def _check_may_print(self):
        if not self.env.su and not any(map(self.env.user.has_group, MAY_PRINT)):
            raise AccessError(
                self.env._(
                    "Only users of the Marketplace app and of the warehouse may print "
                    "marketplace labels."
                )
            )

    @api.model
    def _why_none(self, order):
        """Why ``order`` can have no label at all; empty when it can."""
        if order.plug4market_order_type == "1":
            return self.env._(
                "The marketplace ships this order itself: it has no label."
            )
        if order.plug4market_status == "CANCELED":
            return self._void_message()
        active = order.company_id.plug4market_active
        if not active and not order.plug4market_label_ids._is_printable():
            return self.env._(
                "Plug4Market is not enabled for %s.", order.company_id.name
            )
        return ""

    @api.model
    def _fetch_now(self, orders):
        """Commit what is asked for, then fetch as much as a click may take."""
        if not orders:
            return
        ids = self._ask_now(orders.sudo()).ids
        end = time.monotonic() + CLICK_SECONDS
        while ids and time.monotonic() < end:
            with fresh_view(self.env) as env:
                fetcher = env["plug4market.label.fetcher"].sudo()
                fetcher._run(only=ids[:DONE_AT_ONCE], lane="click")
            ids = ids[DONE_AT_ONCE:]
        with fresh_view(self.env) as env:
            env[self._name]._wake()

    @api.model
    @own_transaction
    def _ask_now(self, orders):
        return self._ask(orders)

    @api.model
    def _of(self, orders):
        """The labels of ``orders``, in their order."""
        labels = self.search([("order_id", "in", orders.ids)])
        places = {order_id: place for place, order_id in enumerate(orders.ids)}
        return labels.sorted(lambda label: places[label.order_id.id])

    def _outcome(self):
        """One sentence on where the label stands."""
        self.ensure_one()
        if self.state == "ready":
            return self.env._("The label is here.")
        return self.message or self.env._(
            "Waiting for its turn; it is fetched by itself in a moment."
        )

    # -- answering ------------------------------------------------------------

    @api.model
    def _hand_over(self, label_ids, left_out):
        """One file of the labels, and by name those that are not in it."""
        if not label_ids:
            return self._notify(left_out, False)
        download = {
            "type": "ir.actions.act_url",
            "url": f"/plug4market/labels/{','.join(map(str, label_ids))}",
            "target": "download",
        }
        if not left_out:
            return download
        return self._notify(
            left_out,
            False,
            title=self.env._(
                "Labels printed: %(count)s. Not printed: %(others)s",
                count=len(label_ids),
                others=len(left_out),
            ),
            next=download,
        )

    @api.model
    def _notify(self, results, succeeded, **shown):
        if not results:
            raise UserError(self.env._("None of these is a marketplace order."))
        return notification(
            "\n".join(f"{name}: {said}" for name, said in results),
            kind="success" if succeeded else "warning",
            sticky=not succeeded,
            **{"title": self.env._("Shipping labels"), **shown},
        )

    # -- the file -------------------------------------------------------------

    def _printable_file(self):
        """Name, type and bytes of one file for the printer; None when there is none.

        PDFs become one PDF, ZPL one text; who has both gets a zip with the two.
        """
        labels = self.filtered(lambda label: label._is_printable())
        parts = {}
        for label in labels.sudo():
            for kind, content in label_parts(label.kind, label.attachment_id.raw):
                parts.setdefault(kind, []).append(content)
        if not parts:
            return None
        files = {kind: _join(kind, contents) for kind, contents in parts.items()}
        if len(files) > 1:
            kind, content = "zip", _zipped(files)
        else:
            ((kind, content),) = files.items()
        name = labels.order_id.sudo().name if len(labels) == 1 else "labels"
        return f"{name.replace('/', '-')}.{kind}", MIMETYPES[kind], content


def _join(kind, contents):
    return merge_pdf(contents) if kind == "pdf" else b"\n".join(contents)


def _zipped(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for kind, content in files.items():
            file.writestr(f"labels.{kind}", content)
    return archive.getvalue()
