from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...access import known
from ...hub import INVOICED_STATUSES, document_kind, normalise_document
from ...nfe import MAX_BYTES, NfeDocument, NotAnNfe, normalise_key, pre_flight
from .account_move import MAX_ENCODED, WITHOUT_RIGHT_NFE, decoded
from .ir_attachment import MAY_BE_NFE
from .nfe_messages import explain_cancelled, explain_finding, explain_no_nfe

# What other addons call the key of an invoice's note: OCA's l10n_br_fiscal (reached
# through l10n_br_account), Odoo Enterprise's l10n_br_edi.
KEY_FIELDS = ("document_key", "l10n_br_access_key")
# Their fields on which the choice of the file hangs, as far as they are installed.
FISCAL_FIELDS = (
    *("authorization_file_id", "state_edoc", *KEY_FIELDS),
    *("l10n_br_edi_xml_attachment_id", "l10n_br_last_edi_status"),
)

# Findings by which a note is not this invoice's, rather than wrong in itself.
OF_ANOTHER = {
    *("wrong_issuer", "wrong_buyer", "total_zero", "total_differs"),
    *("issued_before_order", "key_model", "not_a_sale"),
}


class AccountMove(models.Model):
    """Where the XML of an invoice's NF-e comes from, and what happens once it is there.

    The uploaded field, the fields of fiscal addons, and any XML attached to the invoice
    count; no addon is required. What fits the invoice wins, and what is another
    document is never sent.
    """

    _inherit = "account.move"

    plug4market_nfe_attachment_id = fields.Many2one(
        "ir.attachment",
        "Attached NF-e",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="The attachment of the invoice that is its NF-e.",
    )
    plug4market_nfe_announced_key = fields.Char(copy=False, readonly=True)

    @api.model
    def _plug4market_nfe_triggers(self):
        """The fields that change which NF-e an invoice has."""
        return (
            "plug4market_order_id",
            "plug4market_nfe_xml",
            "plug4market_nfe_attachment_id.checksum",
            *(name for name in FISCAL_FIELDS if name in self._fields),
        )

    # -- finding the XML ------------------------------------------------------

    def _plug4market_get_nfe_xml(self):
        """The authorised XML as bytes, from wherever this database keeps it.

        Another addon that issues or receives NF-e overrides this one method. Of several
        files the one that a marketplace would take wins, then the first.
        """
        self.ensure_one()
        files = self._plug4market_nfe_files()
        if len(files) > 1:
            files.sort(key=self._plug4market_judge_nfe, reverse=True)
        return files[0] if files else b""

    def _plug4market_nfe_files(self):
        """The different files that may be this invoice's NF-e, the likeliest first."""
        # The web client reads binaries as their size.
        uploaded = self.with_context(bin_size=False).plug4market_nfe_xml
        # Who may read the invoice need not be a user of the fiscal addon.
        attachments = self._plug4market_fiscal_files() | self._plug4market_attached()
        readable = attachments.filtered(lambda file: file.file_size <= MAX_BYTES)
        files = [decoded(uploaded or b""), *readable.mapped("raw")]
        return list(dict.fromkeys(filter(None, files)))

    def _plug4market_fiscal_files(self):
        """The authorised XML that a fiscal addon keeps of this invoice."""
        files = self.env["ir.attachment"].sudo()
        move = known(self).sudo()
        # OCA: the invoice shows the fields of its first document as its own.
        for document in (move, *_value(move, "fiscal_document_ids", ())):
            in_force = _value(document, "state_edoc", "autorizada") == "autorizada"
            ours = _value(document, "issuer", "company") == "company"
            if in_force and ours:
                files |= _value(document, "authorization_file_id", files.browse())
        # Odoo Enterprise.
        if _value(move, "l10n_br_last_edi_status", "") != "cancelled":
            files |= _value(move, "l10n_br_edi_xml_attachment_id", files.browse())
        return files

    def _plug4market_fiscal_key(self):
        """The access key as a fiscal addon knows it; empty when none does."""
        keys = (normalise_key(_value(self, name, "")) for name in KEY_FIELDS)
        return next(filter(None, keys), "")

    # -- attachments ----------------------------------------------------------

    def _plug4market_attached(self):
        """The attachment that is the NF-e; one that lies elsewhere is not ours to read.

        Who may write the invoice may write any attachment's id over RPC.
        """
        return self.sudo().plug4market_nfe_attachment_id.filtered(
            lambda file: (file.res_model, file.res_id) == (self._name, self._origin.id)
        )

    def _plug4market_take_attached_nfe(self):
        """Note which attachment is the NF-e of these invoices, where none is right yet.

        One that is another document is left alone.
        """
        waiting = self.filtered(
            lambda move: (
                move.plug4market_order_id
                and move.move_type == "out_invoice"
                and move.plug4market_nfe_state in WITHOUT_RIGHT_NFE
                and not move._plug4market_is_nfe_sent()
            )
        )
        attachments = self.env["ir.attachment"].sudo()
        domain = MAY_BE_NFE & Domain("res_id", "in", waiting.ids)
        attachments = waiting and attachments.search(domain, order="id desc")
        for move_id, found in attachments.grouped("res_id").items():
            self.browse(move_id)._plug4market_take_best(found)
        self._plug4market_announce_nfe()

    def _plug4market_take_best(self, attachments):
        """Note which of these is the invoice's NF-e, if any is."""
        fit = {
            attachment: self._plug4market_judge_nfe(attachment.raw)
            for attachment in attachments
        }
        best = max(fit, key=fit.get)
        if fit[best]:
            self.sudo().plug4market_nfe_attachment_id = best

    # -- once it is there -----------------------------------------------------

    def _plug4market_announce_nfe(self):
        """Tell what has arrived and was not announced yet, and what was cancelled."""
        arrived = self.sudo().filtered(
            lambda move: (
                move.plug4market_nfe_access_key
                and move.plug4market_nfe_access_key
                != move.plug4market_nfe_announced_key
                and move.state == "posted"
                and move.plug4market_nfe_state == "authorised"
            )
        )
        for move in arrived:
            move.plug4market_nfe_announced_key = move.plug4market_nfe_access_key
        if arrived:
            arrived._plug4market_nfe_arrived()
        cancelled = self.filtered(
            lambda move: move._plug4market_is_cancelled_by_issuer()
        )
        cancelled._plug4market_nfe_was_cancelled()

    def _plug4market_announce_at_commit(self):
        """Announce at the end of the transaction, when all of it is written."""
        precommit = self.env.cr.precommit
        moves = precommit.data.setdefault("plug4market_nfe_moves", set())
        if self.ids and not moves:
            precommit.add(self.sudo()._plug4market_announce_collected)
        moves.update(self.ids)

    @api.model
    def _plug4market_announce_collected(self):
        ids = self.env.cr.precommit.data.pop("plug4market_nfe_moves", ())
        self.browse(ids).exists()._plug4market_announce_nfe()

    # -- CRUD -----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._plug4market_check_nfe_size(vals)
        return super().create(vals_list)

    @api.model
    def _plug4market_check_nfe_size(self, vals):
        """:raise UserError: when the file cannot be an NF-e: it is not even stored."""
        if len(vals.get("plug4market_nfe_xml") or b"") > MAX_ENCODED:
            raise UserError(explain_no_nfe(self.env, "too_large"))

    def _plug4market_check_nfe_unsent(self):
        """:raise UserError: when the marketplace has the note of one of these."""
        for move in self:
            if move._plug4market_is_nfe_sent():
                raise UserError(
                    self.env._(
                        "The marketplace has the NF-e %(number)s of invoice "
                        "%(invoice)s already: its XML stays as it was sent.",
                        number=move.plug4market_nfe_number,
                        invoice=move.display_name,
                    )
                )

    # -- what a marketplace would refuse --------------------------------------

    def _plug4market_nfe_problem(self):
        """All that a marketplace would refuse of the NF-e; empty when nothing."""
        self.ensure_one()
        try:
            nfe = self._plug4market_get_nfe()
        except UserError as error:
            if self._plug4market_nfe_is_cancelled():
                return self._plug4market_explain_cancelled()
            return str(error)
        return "\n".join(self._plug4market_explain_nfe(nfe))

    def _plug4market_explain_nfe(self, nfe):
        """Why ``nfe`` cannot be sent as this invoice's, a sentence for each reason."""
        self.ensure_one()
        findings = self._plug4market_nfe_findings(nfe)
        return [
            *(self._plug4market_explain_finding(finding) for finding in findings),
            *self._plug4market_explain_reuse(nfe.access_key),
        ]

    def _plug4market_explain_finding(self, finding):
        # What to do about this one depends on who has the note.
        if finding.code == "cancelled":
            return self._plug4market_explain_cancelled()
        return explain_finding(self.env, finding, self.currency_id)

    def _plug4market_explain_cancelled(self):
        """What to do about the NF-e, which its issuer has cancelled."""
        return explain_cancelled(self.env, was_sent=self._plug4market_is_nfe_sent())

    def _plug4market_nfe_findings(self, nfe):
        """The failed checks of ``nfe`` as the note of this invoice.

        Its total counts no more once a person has said that it is right.
        """
        company = self.company_id
        findings = pre_flight(
            nfe,
            store_document=company.plug4market_store_cnpj or company.vat,
            buyer_documents=self._plug4market_buyer_documents(),
            order_total=self.amount_total,
            legal_totals=self._plug4market_legal_totals(),
            production=company.sudo().plug4market_environment == "production",
            # The marketplace's own date of the order: never later than its approval,
            # which the hub may learn when the note is out already.
            approved_at=self.plug4market_order_id.date_order or None,
            cancelled=self._plug4market_is_cancelled_key(nfe.access_key),
        )
        if nfe.access_key == self.sudo().plug4market_nfe_right_key:
            findings = [f for f in findings if f.code != "total_differs"]
        return findings

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
            lambda move: move.state != "cancel" or move._plug4market_is_nfe_sent()
        )

    def _plug4market_is_nfe_sent(self):
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


def _value(record, name, missing):
    """A field of ``record`` that another addon may have, else ``missing``."""
    return record[name] if name in record._fields else missing
