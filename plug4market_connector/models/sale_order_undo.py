from typing import NamedTuple

from odoo import models

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
    """What has to be undone of a cancelled order, seen from its records.

    The plan is made of what is there now and of nothing remembered: before the
    cancellation it says what will happen, after it what is left, and once a person has
    done that it is empty.
    """

    _inherit = "sale.order"

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
