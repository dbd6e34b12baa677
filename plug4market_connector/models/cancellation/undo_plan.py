"""What the end of an order asks for, planned and put in words; it changes nothing."""

from collections.abc import Iterable
from datetime import date, datetime, timezone
from typing import Any, NamedTuple

import pytz
from markupsafe import Markup

from odoo.tools import format_datetime

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
    record: Any

    @property
    def is_automatic(self) -> bool:
        """Whether Odoo does it by itself."""
        return self.kind in AUTOMATIC


class UndoPlan:
    """What has to be undone of a cancelled order, seen from its records.

    The plan is made of what is there now and of nothing remembered: before the
    cancellation it says what will happen, after it what is left, and once a person
    has done that it is empty.
    """

    def __init__(self, order: Any) -> None:
        order.ensure_one()
        self.order = order
        self.env = order.env

    def steps(self) -> list[Step]:
        """All that is to be undone now, what Odoo does by itself first.

        Safe is what can be taken back with a click, and what only prepares a document
        that a person checks. An invoice is cancelled when nothing depends on it: no
        NF-e in force, no payment, no goods that left, no hash. A credit note would only
        book twice what never was a document. Everything else that is posted gets a
        draft credit note; nothing is posted and no goods are received by itself.
        """
        steps = self._transfer_steps() + self._invoice_steps()
        steps += [Step("production", order) for order in self._open_mos()]
        stays_open = any(step.kind in KEEPS_OPEN for step in steps)
        if self.order.state != "cancel" and not stays_open:
            steps.append(Step("order", self.order))
        return [step for step in steps if step.is_automatic] + [
            step for step in steps if not step.is_automatic
        ]

    # -- goods ----------------------------------------------------------------

    def _transfer_steps(self) -> list[Step]:
        kinds = (
            (self._transfer_kind(picking), picking)
            for picking in self.order.picking_ids.sorted("id")
        )
        return [Step(kind, picking) for kind, picking in kinds if kind]

    def _transfer_kind(self, picking: Any) -> str:
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

    def _has_goods_left(self) -> bool:
        """Whether anything was handed over: goods travel with an NF-e."""
        return any(
            picking.state == "done"
            and picking.picking_type_code in ("outgoing", "dropship")
            for picking in self.order.picking_ids
        )

    def _open_mos(self) -> Any:
        """Manufacturing orders of this order, where Manufacturing is installed."""
        if "mrp_production_ids" not in self.order._fields:
            return []
        return self.order.mrp_production_ids.filtered(
            lambda production: production.state not in ("done", "cancel")
        )

    # -- invoices -------------------------------------------------------------

    def _invoice_steps(self) -> list[Step]:
        invoices = self.order.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        ).sorted("id")
        steps = []
        for invoice in invoices:
            if invoice.state == "draft":
                steps.append(Step("draft_invoice", invoice))
            elif invoice.state == "cancel":
                if invoice._plug4market_nfe_facts().in_force:
                    steps.append(Step("nfe", invoice))
            elif not self._is_credited():
                steps += self._posted_invoice_steps(invoice)
        if (
            self.order.plug4market_hub_nfe_key
            and not invoices
            and self.order._plug4market_nfe_facts().in_force
        ):
            steps.append(Step("nfe", self.order))
        # A credit note made by hand for several invoices is one step.
        return list(dict.fromkeys(steps))

    def _posted_invoice_steps(self, invoice: Any) -> list[Step]:
        credit_notes = self._credit_notes(invoice)
        posted = credit_notes.filtered(lambda move: move.state == "posted")
        linked = posted.filtered("reversed_entry_id")
        if sum(linked.mapped("amount_total")) >= invoice.amount_total:
            return []
        facts = invoice._plug4market_nfe_facts()
        if not credit_notes and self._may_cancel(invoice, facts):
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

    def _credit_notes(self, invoice: Any) -> Any:
        """The credit notes of an invoice, and those made by hand for no invoice."""
        return self.order.invoice_ids.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state != "cancel"
                and move.reversed_entry_id in (invoice, invoice.browse())
            )
        )

    def _is_credited(self) -> bool:
        """Whether posted credit notes, linked or not, take back all that was posted."""
        posted = self.order.invoice_ids.filtered(lambda move: move.state == "posted")
        by_type = {
            move_type: sum(moves.mapped("amount_total"))
            for move_type, moves in posted.grouped("move_type").items()
        }
        credited = by_type.get("out_refund", 0.0)
        missing = by_type.get("out_invoice", 0.0) - credited
        return self.order.currency_id.compare_amounts(missing, 0.0) <= 0

    def _may_cancel(self, invoice: Any, facts: Any) -> bool:
        """Whether nothing depends on a posted invoice."""
        return not (
            facts.in_force
            or invoice._plug4market_is_paid()
            or invoice.inalterable_hash
            or self._has_goods_left()
        )

    # -- what has to be undone, in words --------------------------------------

    def sentence(self, step: Step, *, done: bool = False, linked: bool = True) -> str:
        """A step as what is to be done, or as what Odoo has done."""
        record = step.record
        title = record.display_name
        name = record._get_html_link(title=title) if linked else title
        kind = f"{step.kind}_done" if done else step.kind
        if step.kind in ("nfe", "maybe_nfe"):
            return self._nfe_sentence(step, name)
        return {
            **self._sentences_of_goods(name),
            **self._sentences_of_invoices(name),
            "order": self.env._("Cancel the order in Odoo."),
            "order_done": self.env._("The order was cancelled in Odoo."),
        }[kind]

    def _sentences_of_goods(self, name: str) -> dict[str, str]:
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

    def _sentences_of_invoices(self, name: str) -> dict[str, str]:
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

    def _nfe_sentence(self, step: Step, name: str) -> str:
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
            "until": self._nfe_until(facts),
        }
        if self._has_goods_left():
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

    def _nfe_until(self, facts: Any) -> str:
        if not facts.until:
            return ""
        until = format_datetime(
            self.env, facts.until, tz=self._zone(), dt_format="short"
        )
        if facts.until < _now():
            return self.env._(" (they ended on %s)", until)
        return self.env._(" (until %s)", until)

    # -- all of it ------------------------------------------------------------

    def preview(self) -> Markup:
        """What cancelling the order will do and leave to a person, as HTML."""
        order = self.order
        number = order.client_order_ref or ""
        head = Markup("<strong>%s</strong> %s") % (
            order.name,
            " ".join(filter(None, [order.plug4market_channel_id.name, number])),
        )
        if blocked := order._plug4market_why_blocked("cancel"):
            return Markup("<div>%s</div><ul><li>%s</li></ul>") % (head, blocked)
        by_itself: list[str] = []
        left: list[str] = []
        for step in self.steps():
            sentence = self.sentence(step, linked=False)
            (by_itself if step.is_automatic else left).append(sentence)
        if order.plug4market_status in ("SHIPPED", "COMPLETED"):
            left.append(
                self.env._(
                    "The marketplace knows the order as sent and may refuse to "
                    "cancel it."
                )
            )
        return (
            Markup("<div>%s</div>") % head
            + listed(
                self.env._("Once the marketplace has cancelled it, Odoo will:"),
                by_itself,
            )
            + listed(self.env._("Left to you:"), left)
        )

    def deadline(self, steps: Iterable[Step]) -> date:
        """The day by which an NF-e has to be cancelled, today at the earliest."""
        limits = [
            step.record._plug4market_nfe_facts().until
            for step in steps
            if step.kind == "nfe"
        ]
        now = _now()
        day = max(now, min(filter(None, limits), default=now))
        zone = pytz.timezone(self._zone())
        return pytz.utc.localize(day).astimezone(zone).date()

    def _zone(self) -> str:
        """The name of the time zone of who looks after the store's orders."""
        person = self.order.company_id._plug4market_person()
        return person.tz or "America/Sao_Paulo"


def listed(heading: str, sentences: Iterable[str]) -> Markup:
    """Sentences under a heading, as HTML; nothing when there are none."""
    if not sentences:
        return Markup()
    items = Markup().join(Markup("<li>%s</li>") % line for line in sentences)
    return Markup("<div>%s</div><ul>%s</ul>") % (heading, items)


def _now() -> datetime:
    """This moment as Odoo keeps it: in UTC, without a zone."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
