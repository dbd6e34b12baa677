from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import models

from ...hub import naive_utc
from ...nfe import AUTHORISED, is_valid_key, split_key

# Hours in which the treasury takes the cancellation of an NF-e whose goods have not
# left, counted from its authorisation (Ajuste SINIEF 07/05, Ato COTEPE 33/08).
NFE_CANCEL_HOURS = 24

# What the addon that issues the NF-e says of it, by the field it keeps that in: True is
# in force, or may be any moment; False is not. OCA's l10n_br_fiscal_edi, Enterprise's
# l10n_br_edi. "A enviar" says nothing: without OCA's EDI another program issues it.
NFE_ISSUER_STATES = {
    "state_edoc": {
        **dict.fromkeys(("autorizada", "enviada"), True),
        **dict.fromkeys(("em_digitacao", "rejeitada", "denegada"), False),
        **dict.fromkeys(("cancelada", "inutilizada"), False),
    },
    "l10n_br_last_edi_status": {
        **dict.fromkeys(("accepted", "pending"), True),
        **dict.fromkeys(("cancelled", "error"), False),
    },
}


class NfeFacts(NamedTuple):
    """What a cancellation has to know of an NF-e."""

    # None: nothing in Odoo tells, another program may have issued one.
    in_force: bool | None
    key: str = ""
    # The last moment at which it can be cancelled, if that is known.
    until: datetime | None = None

    @property
    def number(self):
        """The number inside the key, as people write it."""
        if not is_valid_key(self.key):
            return ""
        return split_key(self.key).number.lstrip("0")


class AccountMove(models.Model):
    """What the end of a marketplace order has to know of its invoice."""

    _inherit = "account.move"

    def _plug4market_nfe_facts(self):
        """Whether an NF-e of this invoice is in force, its key, and until when.

        The addon that issues it knows best, then the XML, then the hub: an NF-e that
        was sent from elsewhere is in force although Odoo has no file of it.
        """
        self.ensure_one()
        nfe = self._plug4market_read_nfe()
        issuer_says = self._plug4market_issuer_says()
        hub_key = self._plug4market_key_in_hub()
        key = self._plug4market_key_in_odoo() or hub_key
        if self._plug4market_nfe_is_cancelled() or self._plug4market_is_cancelled_key(
            key
        ):
            return self._plug4market_facts_of_another(key, hub_key)
        if issuer_says is not None:
            in_force = issuer_says
        elif nfe and nfe.status_code:
            in_force = nfe.status_code in AUTHORISED
        else:
            in_force = bool(hub_key) or None
        if not in_force:
            return NfeFacts(in_force)
        moment = nfe and (nfe.authorised_at or nfe.issued_at)
        until = moment and naive_utc(moment) + timedelta(hours=NFE_CANCEL_HOURS)
        return NfeFacts(True, key, until)

    def _plug4market_facts_of_another(self, cancelled_key, hub_key):
        """What is left in force: in its panel the hub may have got another note."""
        if hub_key == cancelled_key or self._plug4market_is_cancelled_key(hub_key):
            return NfeFacts(False)
        return NfeFacts(bool(hub_key), hub_key)

    def _plug4market_issuer_says(self):
        """Whether the addon that issues NF-e has one in force; None if it is mum."""
        for name, meanings in NFE_ISSUER_STATES.items():
            if name in self._fields:
                return meanings.get(self[name])
        return None

    def _plug4market_key_in_hub(self):
        """The key that the hub has of the order, if it can only be this invoice's."""
        order = self.plug4market_order_id
        key = order.plug4market_hub_nfe_key or ""
        invoices = order.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "draft"
        ).sorted(lambda move: (move.state != "posted", move.id))
        if any(move._plug4market_key_in_odoo() == key for move in invoices - self):
            return ""
        return key if self == invoices[:1] else ""

    def _plug4market_is_paid(self):
        """Whether money is registered on the invoice, all of it or a part."""
        return self.payment_state in ("paid", "in_payment", "partial")

    def _plug4market_prepare_credit_note(self):
        """Reverse the invoice with Odoo's own wizard: a draft, which a person posts."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model=self._name, active_ids=self.ids
        )
        reason = self.env._("cancelled on the marketplace")
        values = {"reason": reason, "journal_id": self.journal_id.id}
        wizard.create(values).refund_moves()

    # -- what a person completes ----------------------------------------------

    def button_cancel(self):
        """So may an invoice that a person cancels."""
        result = super().button_cancel()
        self.plug4market_order_id.sudo()._plug4market_close_cancellation()
        return result
