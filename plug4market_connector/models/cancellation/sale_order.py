from typing import NamedTuple

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...messages import explain
from ...transaction import fall_out
from .account_move import NfeFacts

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_cancelled"

# What Odoo does by itself.
AUTOMATIC = {
    *("transfer", "draft_invoice", "invoice", "credit_note", "return", "order"),
}

# What keeps the order open in Odoo until a person has done it.
KEEPS_OPEN = {
    *("credit_note", "post_credit", "credit_rest", "return", "validate_return"),
    *("put_back", "dropship"),
}


class Step(NamedTuple):
    """One thing that the end of an order asks for, and the record it is about."""

    kind: str
    record: models.Model

    @property
    def is_automatic(self):
        """Whether Odoo does it by itself."""
        return self.kind in AUTOMATIC


class SaleOrder(models.Model):
    """The end of an order: Odoo undoes what is safe and asks for the rest, once."""

    _inherit = "sale.order"

    plug4market_cancel_reason = fields.Char(
        "Reason of the cancellation", copy=False, readonly=True
    )
    plug4market_hub_nfe_key = fields.Char(
        "NF-e key in the hub",
        copy=False,
        readonly=True,
        help="The access key of the NF-e that Plug4Market has for the order.",
    )

    @api.depends("plug4market_status")
    def _compute_invoice_status(self):
        """Nothing more is to be invoiced of what the marketplace has cancelled."""
        result = super()._compute_invoice_status()
        for order in self:
            over = order.plug4market_status == "CANCELED"
            if over and order.invoice_status == "to invoice":
                order.invoice_status = "no"
        return result

    def _plug4market_cancelled_by_hub(self):
        """Undo what may be undone; ask a person for the rest.

        Each step stands alone: what Odoo refuses is told with its reason, and the
        others are done all the same.
        """
        self.ensure_one()
        order = self.with_context(
            plug4market_from_hub=True, lang=self.company_id._plug4market_lang()
        ).with_company(self.company_id)
        plan = order._plug4market_undo_steps()
        done, refused = [], {}
        for step in plan:
            if step.is_automatic and step.kind != "order":
                order._plug4market_try(step, done, refused)
        left = order._plug4market_undo_steps()
        if (last := Step("order", order)) in left and not refused:
            order._plug4market_try(last, done, refused)
        left = [step for step in left if not step.is_automatic]
        doubts = [step for step in plan if step.kind == "maybe_nfe"]
        order._plug4market_tell_cancelled(
            done, refused, list(dict.fromkeys(left + doubts))
        )

    def _plug4market_try(self, step, done, refused):
        """Do a step, and keep it with what was done, or with why Odoo refused it."""
        _done, failed = fall_out(
            self.env, step.record, lambda _record: self._plug4market_undo(step)
        )
        if not failed:
            done.append(step)
            return
        ((_record, error),) = failed
        refused[step] = explain(self.env, error)
        if step.kind == "invoice":
            # A locked period, for one: today's credit note does the same.
            self._plug4market_try(Step("credit_note", step.record), done, refused)

    def _plug4market_tell_cancelled(self, done, refused, left):
        """Say on the order what was done, and ask for what is left."""
        done_lines = [self._plug4market_undo_sentence(step, done=True) for step in done]
        todo_lines = [self._plug4market_undo_sentence(step) for step in left]
        todo_lines += [
            self.env._(
                "%(step)s Odoo refused it: %(reason)s",
                step=self._plug4market_undo_sentence(step),
                reason=reason,
            )
            for step, reason in refused.items()
        ]
        note = Markup("<div>%s</div>") % self.env._(
            "The marketplace cancelled %s.", self.display_name
        ) + self._plug4market_listed(self.env._("Done:"), done_lines)
        self._message_log(body=note)
        if todo_lines:
            self._plug4market_ask(
                self.env._("Cancelled on the marketplace"),
                note + self._plug4market_listed(self.env._("Left to do:"), todo_lines),
                ACTIVITY_TYPE,
                self._plug4market_undo_deadline(left),
            )

    def _plug4market_undo_deadline(self, steps):
        """The day by which an NF-e has to be cancelled, today at the earliest."""
        zone = pytz.timezone(
            self.company_id._plug4market_person().tz or "America/Sao_Paulo"
        )
        limits = [
            step.record._plug4market_nfe_facts().until
            for step in steps
            if step.kind == "nfe"
        ]
        now = fields.Datetime.now()
        day = max(now, min(filter(None, limits), default=now))
        return pytz.utc.localize(day).astimezone(zone).date()

    def _plug4market_close_cancellation(self):
        """Mark the activity done where a person has done what it asked for.

        The order, which stayed open for the credit note or the return, is cancelled.
        """
        waiting = self.filtered(
            lambda order: (
                order.plug4market_status == "CANCELED"
                and order.activity_search([ACTIVITY_TYPE])
            )
        )
        for order in waiting.with_context(plug4market_from_hub=True):
            steps = order._plug4market_undo_steps()
            if any(step.kind != "order" for step in steps):
                continue
            done, refused = [], {}
            for step in steps:
                order._plug4market_try(step, done, refused)
            if not refused:
                order.activity_feedback([ACTIVITY_TYPE])

    def _plug4market_nfe_facts(self):
        """The NF-e of an order without any invoice in Odoo; see ``account.move``."""
        key = self.plug4market_hub_nfe_key
        files = self.env["plug4market.nfe.file"]
        return NfeFacts(not files._cancelled_keys(self.company_id, [key]), key)

    # -- what has to be undone ------------------------------------------------
    # What has to be undone of a cancelled order, seen from its records.
    #
    # The plan is made of what is there now and of nothing remembered: before the
    # cancellation it says what will happen, after it what is left, and once a person
    # has done that it is empty.

    def _plug4market_undo_steps(self):
        """All that is to be undone now, what Odoo does by itself first.

        Safe is what can be taken back with a click, and what only prepares a document
        that a person checks. An invoice is cancelled when nothing depends on it: no
        NF-e in force, no payment, no goods that left, no hash. A credit note would only
        book twice what never was a document. Everything else that is posted gets a
        draft credit note; nothing is posted and no goods are received by itself.
        """
        self.ensure_one()
        steps = self._plug4market_transfer_steps() + self._plug4market_invoice_steps()
        steps += [Step("production", order) for order in self._plug4market_open_mos()]
        if self.state != "cancel" and not {step.kind for step in steps} & KEEPS_OPEN:
            steps.append(Step("order", self))
        return [step for step in steps if step.is_automatic] + [
            step for step in steps if not step.is_automatic
        ]

    # -- goods ----------------------------------------------------------------

    def _plug4market_transfer_steps(self):
        kinds = (
            (self._plug4market_transfer_kind(picking), picking)
            for picking in self.picking_ids.sorted("id")
        )
        return [Step(kind, picking) for kind, picking in kinds if kind]

    def _plug4market_transfer_kind(self, picking):
        """What a transfer of the order asks for; empty if nothing."""
        done = picking.state == "done"
        if picking.state == "cancel":
            return ""
        if picking._plug4market_is_return():
            return "" if done else "validate_return"
        if picking.picking_type_code == "dropship":
            # The supplier has the goods: only a person can stop him.
            unreturned = not done or picking._plug4market_is_unreturned()
            return "dropship" if unreturned else ""
        if not done:
            return "transfer"
        if not picking._plug4market_is_unreturned():
            return ""
        if picking.picking_type_code == "outgoing":
            return "return"
        gone_on = "done" in picking.move_ids.move_dest_ids.mapped("state")
        return "" if gone_on else "put_back"

    def _plug4market_goods_left(self):
        """Whether anything was handed over: goods travel with an NF-e."""
        return any(
            picking.state == "done"
            and picking.picking_type_code in ("outgoing", "dropship")
            for picking in self.picking_ids
        )

    def _plug4market_open_mos(self):
        """Manufacturing orders of this order, where Manufacturing is installed."""
        if "mrp_production_ids" not in self._fields:
            return []
        return self.mrp_production_ids.filtered(
            lambda production: production.state not in ("done", "cancel")
        )

    # -- invoices -------------------------------------------------------------

    def _plug4market_invoice_steps(self):
        invoices = self.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        ).sorted("id")
        steps = []
        for invoice in invoices:
            if invoice.state == "draft":
                steps.append(Step("draft_invoice", invoice))
            elif invoice.state == "cancel":
                if invoice._plug4market_nfe_facts().in_force:
                    steps.append(Step("nfe", invoice))
            elif not self._plug4market_is_credited():
                steps += self._plug4market_posted_invoice_steps(invoice)
        if (
            self.plug4market_hub_nfe_key
            and not invoices
            and self._plug4market_nfe_facts().in_force
        ):
            steps.append(Step("nfe", self))
        # A credit note made by hand for several invoices is one step.
        return list(dict.fromkeys(steps))

    def _plug4market_posted_invoice_steps(self, invoice):
        credit_notes = self._plug4market_credit_notes(invoice)
        posted = credit_notes.filtered(lambda move: move.state == "posted")
        linked = posted.filtered("reversed_entry_id")
        if sum(linked.mapped("amount_total")) >= invoice.amount_total:
            return []
        facts = invoice._plug4market_nfe_facts()
        if not credit_notes and self._plug4market_may_cancel(invoice, facts):
            doubt = [Step("maybe_nfe", invoice)] if facts.in_force is None else []
            return [Step("invoice", invoice), *doubt]
        steps = [Step("post_credit", draft) for draft in credit_notes - posted]
        if not steps:
            steps = [Step("credit_rest" if posted else "credit_note", invoice)]
        if facts.in_force is not False:
            steps.append(Step("nfe" if facts.in_force else "maybe_nfe", invoice))
        if invoice._plug4market_is_paid():
            steps.append(Step("payment", invoice))
        return steps

    def _plug4market_credit_notes(self, invoice):
        """The credit notes of an invoice, and those made by hand for no invoice."""
        return self.invoice_ids.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state != "cancel"
                and move.reversed_entry_id in (invoice, invoice.browse())
            )
        )

    def _plug4market_is_credited(self):
        """Whether posted credit notes, linked or not, take back all that was posted."""
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        by_type = {
            move_type: sum(moves.mapped("amount_total"))
            for move_type, moves in posted.grouped("move_type").items()
        }
        credited = by_type.get("out_refund", 0.0)
        missing = by_type.get("out_invoice", 0.0) - credited
        return self.currency_id.compare_amounts(missing, 0.0) <= 0

    def _plug4market_may_cancel(self, invoice, facts):
        """Whether nothing depends on a posted invoice."""
        return not (
            facts.in_force
            or invoice._plug4market_is_paid()
            or invoice.inalterable_hash
            or self._plug4market_goods_left()
        )

    # -- doing it -------------------------------------------------------------

    def _plug4market_undo(self, step):
        """Do an automatic step."""
        record = step.record
        {
            "transfer": lambda: record.action_cancel(),
            "draft_invoice": lambda: record.button_cancel(),
            "invoice": lambda: record.button_cancel(),
            "credit_note": lambda: record._plug4market_prepare_credit_note(),
            "return": lambda: record._plug4market_return(),
            "order": lambda: record._action_cancel(),
        }[step.kind]()

    # -- what has to be undone, in words --------------------------------------

    def _plug4market_undo_sentence(self, step, *, done=False, linked=True):
        """A step as what is to be done, or as what Odoo has done."""
        record = step.record
        title = record.display_name
        name = record._get_html_link(title=title) if linked else title
        kind = f"{step.kind}_done" if done else step.kind
        if step.kind in ("nfe", "maybe_nfe"):
            return self._plug4market_nfe_sentence(step, name)
        return {
            **self._plug4market_sentences_of_goods(name),
            **self._plug4market_sentences_of_invoices(name),
            "order": self.env._("Cancel the order in Odoo."),
            "order_done": self.env._("The order was cancelled in Odoo."),
        }[kind]

    def _plug4market_sentences_of_goods(self, name):
        return {
            "transfer": self.env._("Cancel transfer %s.", name),
            "transfer_done": self.env._("Transfer %s was cancelled.", name),
            "return": self.env._(
                "Prepare the return of %s, to be validated when the goods are back.",
                name,
            ),
            "return_done": self.env._("The return of %s was prepared.", name),
            "validate_return": self.env._(
                "Validate return %s when the goods are back.", name
            ),
            "put_back": self.env._("Put back into stock what %s took out.", name),
            "dropship": self.env._(
                "The supplier delivers %s: agree with him, then cancel or return it.",
                name,
            ),
            "production": self.env._(
                "Decide about manufacturing order %s, which is open.", name
            ),
        }

    def _plug4market_sentences_of_invoices(self, name):
        return {
            "draft_invoice": self.env._("Cancel draft invoice %s.", name),
            "draft_invoice_done": self.env._("Draft invoice %s was cancelled.", name),
            "invoice": self.env._(
                "Cancel invoice %s, on which Odoo knows no NF-e and no payment.", name
            ),
            "invoice_done": self.env._(
                "Invoice %s was cancelled: Odoo knows no NF-e and no payment on it.",
                name,
            ),
            "credit_note": self.env._(
                "Prepare a credit note for invoice %s, to be checked and posted.", name
            ),
            "credit_note_done": self.env._(
                "A credit note for invoice %s was prepared.", name
            ),
            "post_credit": self.env._("Check and post credit note %s.", name),
            "credit_rest": self.env._(
                "The credit notes posted do not cover invoice %s: credit the rest.",
                name,
            ),
            "payment": self.env._(
                "Invoice %s has a payment: return it, or settle it with the "
                "marketplace's statement.",
                name,
            ),
        }

    def _plug4market_nfe_sentence(self, step, name):
        """What becomes of an NF-e: only its issuer can cancel it, and not for long."""
        if step.kind == "maybe_nfe":
            return self.env._(
                "If an NF-e was issued for %s outside Odoo, cancel it in your issuer "
                "within 24 hours of its authorisation, or issue a return note.",
                name,
            )
        facts = step.record._plug4market_nfe_facts()
        values = {
            "number": facts.number or "-",
            "key": facts.key or "-",
            "invoice": name,
            "until": self._plug4market_nfe_until(facts),
        }
        if self._plug4market_goods_left():
            return self.env._(
                "Issue a return note for NF-e %(number)s (key %(key)s) of %(invoice)s: "
                "the goods have left. If they have not, cancel it in your issuer "
                "within 24 hours of its authorisation%(until)s.",
                **values,
            )
        return self.env._(
            "Cancel NF-e %(number)s (key %(key)s) of %(invoice)s in your issuer "
            "within 24 hours of its authorisation%(until)s, or issue a return note.",
            **values,
        )

    def _plug4market_nfe_until(self, facts):
        if not facts.until:
            return ""
        zone = self.company_id._plug4market_person().tz or "America/Sao_Paulo"
        until = format_datetime(self.env, facts.until, tz=zone, dt_format="short")
        if facts.until < fields.Datetime.now():
            return self.env._(" (they ended on %s)", until)
        return self.env._(" (until %s)", until)

    # -- all of it ------------------------------------------------------------

    def _plug4market_listed(self, heading, sentences):
        """Sentences under a heading, as HTML; nothing when there are none."""
        if not sentences:
            return Markup()
        items = Markup().join(Markup("<li>%s</li>") % line for line in sentences)
        return Markup("<div>%s</div><ul>%s</ul>") % (heading, items)

    def _plug4market_cancel_preview(self):
        """What cancelling this order will do and leave to a person, as HTML."""
        self.ensure_one()
        number = self.client_order_ref or ""
        head = Markup("<strong>%s</strong> %s") % (
            self.name,
            " ".join(filter(None, [self.plug4market_channel_id.name, number])),
        )
        if blocked := self._plug4market_blocked("cancel"):
            return Markup("<div>%s</div><ul><li>%s</li></ul>") % (head, blocked)
        steps = self._plug4market_undo_steps()
        by_itself, left = [], []
        for step in steps:
            sentence = self._plug4market_undo_sentence(step, linked=False)
            (by_itself if step.is_automatic else left).append(sentence)
        if self.plug4market_status in ("SHIPPED", "COMPLETED"):
            left.append(
                self.env._(
                    "The marketplace knows the order as sent and may refuse to "
                    "cancel it."
                )
            )
        return (
            Markup("<div>%s</div>") % head
            + self._plug4market_listed(
                self.env._("Once the marketplace has cancelled it, Odoo will:"),
                by_itself,
            )
            + self._plug4market_listed(self.env._("Left to you:"), left)
        )

    # -- cancelled in Odoo ----------------------------------------------------

    def _plug4market_waited_for(self):
        """These orders as far as the marketplace waits for them and should be asked."""
        if self.env.context.get("plug4market_from_hub"):
            # A caller may claim that, too.
            self.env["res.users"]._plug4market_check_role()
            return self.browse()
        return self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.plug4market_status != "CANCELED"
                and order.company_id.plug4market_active
            )
        )

    def action_cancel(self):
        """Ask the marketplace first: the order is cancelled once the hub says so."""
        if waited_for := self._plug4market_waited_for():
            self.env["res.users"]._plug4market_check_role()
            return waited_for.action_plug4market_cancel_order()
        return super().action_cancel()

    def _action_cancel(self):
        """No other way of cancelling may forget the marketplace."""
        if waited_for := self._plug4market_waited_for():
            raise UserError(
                self.env._(
                    "The marketplace still waits for %(orders)s. Choose Cancel order "
                    "in the Marketplace menu; Odoo follows once it is cancelled there.",
                    orders=", ".join(waited_for.mapped("name")),
                )
            )
        return super()._action_cancel()

    def _plug4market_cancel_call(self, event):
        channel = self.plug4market_channel_id
        if not channel:
            raise UserError(
                self.env._(
                    "Order %(order)s has no sales channel, and Plug4Market asks for "
                    "its number to cancel. Set the channel on the order and press "
                    "Retry.",
                    order=self.display_name,
                )
            )
        return "cancel_order", {"channel_id": channel.hub_id}
