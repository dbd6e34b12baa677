from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_datetime


class SaleOrder(models.Model):
    """What has to be undone of a cancelled order, in words."""

    _inherit = "sale.order"

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
