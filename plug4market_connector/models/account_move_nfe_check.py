from odoo import models
from odoo.exceptions import UserError

from ..access import known
from ..const import INVOICED_STATUSES
from ..hub import document_kind, normalise_document
from ..nfe import NfeDocument, NotAnNfe, pre_flight

# Findings by which a note is not this invoice's, rather than wrong in itself.
OF_ANOTHER = {
    *("wrong_issuer", "wrong_buyer", "total_zero", "total_differs"),
    *("issued_before_order", "key_model", "not_a_sale"),
}


class AccountMove(models.Model):
    """What a marketplace would refuse of an NF-e, found before a call is spent."""

    _inherit = "account.move"

    def _plug4market_nfe_problem(self):
        """All that a marketplace would refuse of the NF-e; empty when nothing."""
        self.ensure_one()
        try:
            nfe = self._plug4market_get_nfe()
        except UserError as error:
            if self._plug4market_nfe_is_cancelled():
                return self._plug4market_explain_cancelled()
            return str(error)
        return "\n".join(self._plug4market_nfe_sentences(nfe))

    def _plug4market_nfe_sentences(self, nfe):
        """Why ``nfe`` cannot be sent as this invoice's, a sentence for each reason."""
        self.ensure_one()
        findings = self._plug4market_nfe_findings(nfe)
        return [
            *(self._plug4market_explain_finding(finding) for finding in findings),
            *self._plug4market_explain_reuse(nfe.access_key),
        ]

    def _plug4market_nfe_findings(self, nfe):
        """The failed checks of ``nfe`` as the note of this invoice."""
        company = self.company_id
        return pre_flight(
            nfe,
            store_document=company.plug4market_store_cnpj or company.vat,
            buyer_documents=self._plug4market_buyer_documents(),
            order_total=self.amount_total,
            production=company.sudo().plug4market_environment == "production",
            # The marketplace's own date of the order: never later than its approval,
            # which the hub may learn when the note is out already.
            approved_at=self.plug4market_order_id.date_order or None,
            cancelled=self._plug4market_is_cancelled_key(nfe.access_key),
        )

    def _plug4market_buyer_documents(self):
        """Whom the note may be for: the marketplace's buyer, or who is invoiced."""
        order = self.plug4market_order_id
        partners = order.partner_id | known(self).partner_id
        documents = [
            order.plug4market_document,
            *(partners | partners.commercial_partner_id).mapped("vat"),
        ]
        # A masked or mistyped one would refuse every right note.
        return [document for document in documents if document_kind(document)]

    def _plug4market_buyer_keys(self):
        """The buyer's documents as a note writes them."""
        return set(map(normalise_document, self._plug4market_buyer_documents()))

    def _plug4market_judge_nfe(self, content):
        """How a file fits this invoice: 2 as it should be, 1 its note, but wrong; 0 no.

        A note whose key is not the one that a fiscal addon knows is another's.
        """
        try:
            nfe = NfeDocument.from_xml(content)
        except NotAnNfe:
            return 0
        known = self._plug4market_fiscal_key()
        if known and known != nfe.access_key:
            return 0
        codes = {finding.code for finding in self._plug4market_nfe_findings(nfe)}
        if codes & OF_ANOTHER:
            return 0
        if codes or self._plug4market_nfe_twins([nfe.access_key]):
            return 1
        return 2

    # -- one note an order, and no reuse --------------------------------------

    def _plug4market_nfe_twins(self, keys):
        """Other invoices, of any company, that have one of these notes.

        A cancelled invoice gives its note back, unless the marketplace has it; one that
        was reversed keeps it, for its sale has been undone.
        """
        found = self.env["account.move"].sudo()
        found = found.search(
            [
                ("plug4market_nfe_access_key", "in", list(keys)),
                ("id", "not in", self.ids),
            ]
        )
        return found.filtered(
            lambda move: move.state != "cancel" or move._plug4market_nfe_was_sent()
        )

    def _plug4market_nfe_was_sent(self):
        """Whether the marketplace has this invoice's note."""
        self.ensure_one()
        sent = self.sudo().plug4market_event_ids.filtered(
            lambda event: event.kind == "invoice" and event.state == "done"
        )
        # A note that its issuer cancelled since may be on the invoice no more.
        return bool(sent) or (
            bool(self.plug4market_nfe_access_key)
            and self.plug4market_status in INVOICED_STATUSES
        )

    def _plug4market_explain_reuse(self, key):
        """A sentence on a note that is used elsewhere.

        Of several notes of an order the one that is sent first counts; the others'
        invoices say so (see ``_plug4market_why_not_this``).
        """
        for twin in self._plug4market_nfe_twins([key])[:1]:
            yield self.env._("The NF-e is on invoice %s already.", twin.display_name)
