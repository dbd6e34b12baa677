import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...access import known
from ...hub import INVOICED_STATUSES, naive_utc
from ...nfe import (
    MAX_BYTES,
    NfeDocument,
    NotAnNfe,
    is_valid_key,
    normalise_key,
    split_key,
)
from .nfe_messages import explain_no_nfe

# Base64 of more than this holds too much, line breaks or not.
MAX_ENCODED = MAX_BYTES * 3 // 2

# Its words for a note that was cancelled at the treasury.
NFE_CANCELLED_AT_ISSUER = {
    "state_edoc": "cancelada",
    "l10n_br_last_edi_status": "cancelled",
}

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_nfe"

# States of an invoice that a right NF-e would serve.
WITHOUT_RIGHT_NFE = ("missing", "invalid", "cancelled")


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

    # What the NF-e of an invoice has to say of the marketplace, to be copied.
    plug4market_intermediary_cnpj = fields.Char(
        related="plug4market_order_id.plug4market_intermediary_cnpj"
    )
    plug4market_intermediary_seller_id = fields.Char(
        related="plug4market_order_id.plug4market_intermediary_seller_id"
    )
    plug4market_intermediary_hint = fields.Text(
        related="plug4market_order_id.plug4market_intermediary_hint"
    )
    plug4market_payment_codes = fields.Char(
        related="plug4market_order_id.plug4market_payment_codes"
    )
    plug4market_freight = fields.Monetary(
        related="plug4market_order_id.plug4market_freight"
    )
    plug4market_interest = fields.Monetary(
        related="plug4market_order_id.plug4market_interest"
    )

    plug4market_nfe_xml = fields.Binary("NF-e XML", attachment=True, copy=False)
    plug4market_nfe_filename = fields.Char(copy=False)
    plug4market_nfe_access_key = fields.Char(
        "NF-e access key",
        compute="_compute_plug4market_nfe",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    plug4market_nfe_number = fields.Char(
        "NF-e number", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_series = fields.Char(
        "NF-e series", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_date = fields.Datetime(
        "NF-e issued on", compute="_compute_plug4market_nfe", store=True, copy=False
    )
    plug4market_nfe_state = fields.Selection(
        [
            ("missing", "Waiting for the XML"),
            ("invalid", "To correct"),
            ("authorised", "Ready to send"),
            ("sent", "Sent"),
            ("cancelled", "NF-e cancelled"),
            ("not_needed", "Not for the marketplace"),
        ],
        "NF-e",
        compute="_compute_plug4market_nfe_state",
        compute_sudo=True,
    )
    plug4market_nfe_message = fields.Text(
        compute="_compute_plug4market_nfe_message", compute_sudo=True
    )

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

    def _plug4market_orders(self):
        """All marketplace orders that these invoices are of: a cart may be several."""
        sales = self.filtered(lambda move: move.move_type == "out_invoice")
        orders = sales.line_ids.sale_line_ids.order_id
        return orders.filtered("plug4market_order_uid")

    def _plug4market_orders_told(self, kind):
        order = self._plug4market_order()
        if kind != "invoice":
            return order
        others = (self._plug4market_orders() - order).filtered(
            lambda other: (
                not other._plug4market_why_blocked_by_status(kind)
                and not other._plug4market_waiting_events(kind)
                and other._plug4market_invoice() == self
            )
        )
        return order | others

    def _plug4market_invoice(self):
        return self.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    def _plug4market_key_in_odoo(self):
        own = normalise_key(self.plug4market_nfe_access_key)
        return own or self._plug4market_fiscal_key()

    # -- sent by itself -------------------------------------------------------
    # The NF-e goes to the hub by itself once nothing speaks against it.

    def _post(self, soft=True):
        """What an invoice or a credit note that is posted sets going, in this order.

        An NF-e that came before is taken now, and goes to the marketplace; a posted
        credit note may be the last that a cancelled order waited for.
        """
        posted = super()._post(soft)
        ours = posted.filtered("plug4market_order_id")
        if ours:
            ours._plug4market_take_attached_nfe()
            self.env["plug4market.nfe.file"]._match_posted(ours)
        posted._plug4market_report_nfe()
        credit_notes = posted.filtered(lambda move: move.move_type == "out_refund")
        credit_notes.plug4market_order_id.sudo()._plug4market_close_cancellation()
        return posted

    def _plug4market_nfe_arrived(self):
        """Hook: the authorised NF-e of these posted invoices has become known.

        Called once for each note of an invoice, wherever it came from, and only when a
        marketplace should take it. Runs inside the transaction that brought the note:
        do no more than queue something. It goes to the marketplace from here.
        """
        self._plug4market_report_nfe()

    def _plug4market_report_nfe(self):
        """Let the NF-e that these invoices have now go to the hub.

        Where the company's setting asks for it, the NF-e of an order that waits for its
        invoice is queued, once; one that is wrong waits, and the responsible person is
        asked.
        """
        orders = self._plug4market_orders()
        if orders:
            # Another addon's fields are none that these depend on.
            self._plug4market_judge_again()
        orders._plug4market_report()

    def _plug4market_is_to_be_sent(self, order):
        """Whether this is an invoice with an NF-e that is not queued for ``order``."""
        return (
            bool(self)
            and not self._plug4market_why_not_this()
            and not order._plug4market_waiting_events("invoice")
            and bool(self._plug4market_get_nfe_xml())
        )

    def _plug4market_why_by_hand(self):
        """Why a right NF-e is not sent without a click; empty when it may.

        The marketplace takes one NF-e an order: a part of it would speak for the whole.
        """
        order = self.plug4market_order_id
        if self.currency_id.compare_amounts(self.amount_total, order.amount_total) >= 0:
            return ""
        return self.env._(
            "The invoice is %(invoiced)s of the %(ordered)s of order %(order)s, and "
            "the marketplace takes one NF-e an order: send it with a click if it is "
            "the one.",
            invoiced=self.currency_id.format(self.amount_total),
            ordered=order.currency_id.format(order.amount_total),
            order=order.display_name,
        )

    def write(self, vals):
        """Take an XML that came, or that left for the invoice it belongs to.

        The NF-e that the marketplace has stays as it is.

        A cancellation that is uploaded as the NF-e leaves the note in its place.
        """
        if "plug4market_nfe_xml" not in vals:
            return super().write(vals)
        self._plug4market_check_nfe_size(vals)
        if self._plug4market_takes_upload(vals):
            own = ("plug4market_nfe_xml", "plug4market_nfe_filename")
            rest = {name: value for name, value in vals.items() if name not in own}
            return super().write(rest)
        self._plug4market_check_nfe_unsent()
        keys = set(self.mapped("plug4market_nfe_access_key")) - {False}
        result = super().write(vals)
        self._plug4market_announce_nfe()
        namesakes = keys and self.sudo().search(
            [("plug4market_nfe_access_key", "in", list(keys))]
        )
        self.union(namesakes or self)._plug4market_report_nfe()
        return result

    # -- one activity for what is wrong ---------------------------------------

    def _plug4market_ask_about_nfe(self, problem):
        """Leave one activity on the invoice that says what is wrong with its NF-e."""
        env = self.with_context(lang=self.company_id._plug4market_lang()).env
        note = env._(
            "The NF-e of %(invoice)s has not gone to the marketplace. %(problem)s It "
            "goes by itself once this is put right.",
            invoice=self.name,
            problem=problem,
        )
        self._plug4market_ask_on_invoice(env._("Put the NF-e right"), note)

    def _plug4market_ask_on_invoice(self, summary, note):
        """Leave one activity about the NF-e, or let the one there is say this."""
        if asked := self.activity_search([ACTIVITY_TYPE]):
            asked.write({"summary": summary, "note": note})
            return
        # The bell tells it: a letter for each invoice is nobody's wish.
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            ACTIVITY_TYPE,
            fields.Date.context_today(self),
            summary=summary,
            note=note,
            user_id=self.company_id._plug4market_person().id,
        )

    def _plug4market_nfe_is_right(self):
        """Mark as done what asked for it to be put right."""
        self.activity_feedback([ACTIVITY_TYPE])

    # -- the NF-e -------------------------------------------------------------
    # The NF-e of an invoice: what is known of it and how far it is.

    def _plug4market_get_nfe(self):
        """The NF-e of this invoice.

        :raise UserError: when there is no XML, or it is no authorised NF-e
        """
        self.ensure_one()
        try:
            return NfeDocument.from_xml(self._plug4market_get_nfe_xml())
        except NotAnNfe as error:
            explained = explain_no_nfe(self.env, error.reason, self.display_name)
            raise UserError(explained) from error

    @api.depends(lambda self: self._plug4market_nfe_triggers())
    def _compute_plug4market_nfe(self):
        for move in self:
            nfe = move._plug4market_read_nfe()
            move.plug4market_nfe_access_key = nfe and nfe.access_key
            move.plug4market_nfe_number = nfe and nfe.number
            move.plug4market_nfe_series = nfe and nfe.series
            move.plug4market_nfe_date = nfe and naive_utc(nfe.issued_at)
        # What another addon wrote on records of its own is only seen here.
        self.filtered(
            lambda move: (
                move.plug4market_nfe_access_key
                or (
                    move.plug4market_order_id
                    and move._plug4market_is_cancelled_by_issuer()
                )
            )
        )._plug4market_announce_at_commit()

    def _plug4market_read_nfe(self):
        if not self.plug4market_order_id:
            return None
        try:
            return self._plug4market_get_nfe()
        except UserError:
            return None

    @api.depends(
        lambda self: (
            *self._plug4market_nfe_triggers(),
            "plug4market_order_id.plug4market_status",
            "plug4market_order_id.plug4market_event_ids.state",
            "plug4market_order_id.partner_id.vat",
            "amount_total",
            "payment_state",
        )
    )
    def _compute_plug4market_nfe_state(self):
        """How far the NF-e is; "sent" is said of the one that was sent alone.

        The same in every language: another addon may keep it in a field of its own.
        """
        for move in self:
            move.plug4market_nfe_state = move._plug4market_current_nfe_state()

    def _plug4market_current_nfe_state(self):
        """A value of ``plug4market_nfe_state``; False without a marketplace order."""
        order = self.plug4market_order_id
        # A form that is not saved may name any order.
        if not order or order != known(self).plug4market_order_id:
            return False
        if self._plug4market_nfe_is_cancelled():
            return "cancelled"
        if self._plug4market_why_not_this():
            return "not_needed"
        told = self._plug4market_orders().mapped("plug4market_status")
        if told and all(status in INVOICED_STATUSES for status in told):
            return "sent"
        if not self._plug4market_get_nfe_xml():
            return "missing"
        return "invalid" if self._plug4market_nfe_problem() else "authorised"

    @api.depends("plug4market_nfe_state")
    @api.depends_context("lang")
    def _compute_plug4market_nfe_message(self):
        """What a person has to know of an NF-e that is wrong or was cancelled."""
        for move in self:
            message = ""
            if move.plug4market_nfe_state == "cancelled":
                message = move._plug4market_explain_cancelled()
            elif move.plug4market_nfe_state == "invalid":
                message = move._plug4market_nfe_problem()
            move.plug4market_nfe_message = message or False

    # -- which invoice the marketplace takes ----------------------------------
    # Invoices whose NF-e is not the one that the marketplace takes of an order.

    def _plug4market_why_not_this(self):
        """Why the hub takes no NF-e of this invoice at all; empty when it may."""
        self.ensure_one()
        if self.move_type == "out_refund":
            return self.env._("Credit notes are never sent to the marketplace.")
        if self._is_downpayment():
            return self.env._(
                "This is a down payment. The marketplace gets the NF-e of the invoice "
                "of the goods."
            )
        if self.payment_state == "reversed":
            return self.env._("A credit note reverses this invoice.")
        told = self.plug4market_order_id._plug4market_told_invoice()
        if told and told != self._origin:
            return self.env._(
                "The marketplace takes one NF-e an order, and it is the one of "
                "invoice %(invoice)s.",
                invoice=told.display_name,
            )
        return ""

    def _plug4market_why_blocked(self, kind):
        self.ensure_one()
        concerned = kind == "invoice" or self.move_type == "out_refund"
        return (
            concerned and self.plug4market_order_id and self._plug4market_why_not_this()
        ) or super()._plug4market_why_blocked(kind)

    # -- a loose NF-e ---------------------------------------------------------
    # Choosing an invoice from those that a loose NF-e may belong to.

    def action_plug4market_take_nfe_file(self):
        """Take the note in whose list of candidates this invoice stands."""
        self.ensure_one()
        self.check_access("read")
        row = self.env["plug4market.nfe.file"].browse(
            self.env.context["plug4market_nfe_file_id"]
        )
        row.move_id = self
        row.action_put_on_invoice()

    # -- an NF-e that was cancelled -------------------------------------------
    # What becomes of an invoice whose NF-e was cancelled at the treasury.

    # -- whether it was -------------------------------------------------------

    def _plug4market_nfe_is_cancelled(self):
        """Whether the NF-e that this invoice has now was cancelled."""
        self.ensure_one()
        nfe = self._plug4market_read_nfe()
        if nfe and nfe.cancelled:
            return True
        key = self._plug4market_key_in_odoo()
        return bool(key) and self._plug4market_is_cancelled_key(key)

    def _plug4market_is_cancelled_key(self, key):
        """Whether an event, or the addon that issues it, says so of a note."""
        self.ensure_one()
        of_issuer = self._plug4market_fiscal_key() in ("", key)
        if of_issuer and self._plug4market_is_cancelled_by_issuer():
            return True
        files = self.env["plug4market.nfe.file"]
        return bool(files._cancelled_keys(self.company_id, [key]))

    def _plug4market_is_cancelled_by_issuer(self):
        """Whether the addon that issues NF-es has cancelled this invoice's."""
        return any(
            name in self._fields and self[name] == cancelled
            for name, cancelled in NFE_CANCELLED_AT_ISSUER.items()
        )

    # -- how it is known ------------------------------------------------------

    def _plug4market_takes_upload(self, vals):
        """Whether what is uploaded as these invoices' NF-e is an event that cancels."""
        if not vals["plug4market_nfe_xml"]:
            return False
        name = vals.get("plug4market_nfe_filename") or "xml"
        content = decoded(vals["plug4market_nfe_xml"])
        ours = self.filtered("plug4market_order_id")
        files = self.env["plug4market.nfe.file"]
        taken = files.sudo().union(
            *(
                files._take_from_invoice(company, name, content)
                for company in ours.company_id
            )
        )
        events = taken.filtered(lambda row: row.cancels and row.state != "cancelled")
        for move in ours if events else ():
            move._message_log(body="\n".join(events.mapped("message")))
        return bool(events)

    @api.model
    def _plug4market_take_cancellations(self, attachments):
        """Remember what files on these invoices cancel."""
        files = self.env["plug4market.nfe.file"]
        moves = {move.id: move for move in self}
        for attachment in attachments:
            if move := moves.get(attachment.res_id):
                files._take_from_invoice(
                    move.company_id, attachment.name, attachment.raw
                )

    # -- what follows ---------------------------------------------------------

    def _plug4market_nfe_was_cancelled(self):
        """Ask a person where the marketplace has the note, or is to get another.

        Of an order that was cancelled there, it may be the last that was left to do.
        """
        orders = self.plug4market_order_id
        # Whoever sends the note in this moment, and this, would not see each other.
        orders._plug4market_take_turns()
        self._plug4market_judge_again()
        cancelled = self.filtered(
            lambda move: (
                move.plug4market_status != "CANCELED"
                and move._plug4market_nfe_is_cancelled()
            )
        )
        sent = cancelled.filtered(lambda move: move._plug4market_is_nfe_sent())
        for move in sent:
            move._plug4market_ask_about_cancelled()
        (cancelled - sent)._plug4market_report_nfe()
        orders._plug4market_close_cancellation()

    def _plug4market_ask_about_cancelled(self):
        """Leave one activity on the invoice whose cancelled NF-e was sent."""
        env = self.with_context(lang=self.company_id._plug4market_lang()).env
        self._plug4market_ask_on_invoice(
            env._("Cancelled NF-e at the marketplace"),
            env._(
                "The NF-e %(number)s of %(invoice)s was cancelled at the treasury, and "
                "the marketplace has it. Cancel order %(order)s there, or give it the "
                "NF-e that replaces it in Plug4Market's panel.",
                number=_number(self._plug4market_key_in_odoo()),
                invoice=self.name,
                order=self.plug4market_order_id.display_name,
            ),
        )


def _number(key):
    return split_key(key).number.lstrip("0") if is_valid_key(key) else ""


def decoded(uploaded):
    """The bytes of an upload; of one that is too large only enough to show that."""
    encoded = uploaded.encode() if isinstance(uploaded, str) else uploaded
    if len(encoded) > MAX_ENCODED:
        encoded = b"".join(encoded[:MAX_ENCODED].split())
        encoded = encoded[: len(encoded) // 4 * 4]
    try:
        return base64.b64decode(encoded)
    except ValueError:
        # Whatever this is, Odoo refuses it.
        return b""
