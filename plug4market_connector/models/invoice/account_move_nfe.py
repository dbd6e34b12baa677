import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..access import known
from ..nfe import MAX_BYTES, normalise_key
from .account_move_nfe import WITHOUT_RIGHT_NFE
from .ir_attachment import MAY_BE_NFE

# Base64 of more than this holds too much, line breaks or not.
MAX_ENCODED = MAX_BYTES * 3 // 2
# What other addons call the key of an invoice's note: OCA's l10n_br_fiscal (reached
# through l10n_br_account), Odoo Enterprise's l10n_br_edi.
KEY_FIELDS = ("document_key", "l10n_br_access_key")
# Their fields on which the choice of the file hangs, as far as they are installed.
FISCAL_FIELDS = (
    *("authorization_file_id", "state_edoc", *KEY_FIELDS),
    *("l10n_br_edi_xml_attachment_id", "l10n_br_last_edi_status"),
)


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
        files = [_decoded(uploaded or b""), *readable.mapped("raw")]
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
                and not move._plug4market_nfe_was_sent()
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

    def _plug4market_nfe_arrived(self):
        """Hook: the authorised NF-e of these posted invoices has become known.

        Called once for each note of an invoice, wherever it came from, and only when a
        marketplace should take it. Runs inside the transaction that brought the note:
        do no more than queue something.
        """

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
        cancelled = self.filtered(lambda move: move._plug4market_cancelled_by_issuer())
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

    def write(self, vals):
        """Take a new NF-e; the one that the marketplace has stays as it is.

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
        result = super().write(vals)
        self._plug4market_announce_nfe()
        return result

    @api.model
    def _plug4market_check_nfe_size(self, vals):
        """:raise UserError: when the file cannot be an NF-e: it is not even stored."""
        if len(vals.get("plug4market_nfe_xml") or b"") > MAX_ENCODED:
            raise UserError(self._plug4market_explain_no_nfe("too_large"))

    def _plug4market_check_nfe_unsent(self):
        """:raise UserError: when the marketplace has the note of one of these."""
        for move in self:
            if move._plug4market_nfe_was_sent():
                raise UserError(
                    self.env._(
                        "The marketplace has the NF-e %(number)s of invoice "
                        "%(invoice)s already: its XML stays as it was sent.",
                        number=move.plug4market_nfe_number,
                        invoice=move.display_name,
                    )
                )

    def _post(self, soft=True):
        """An NF-e that came before the invoice was posted is taken now."""
        posted = super()._post(soft)
        ours = posted.filtered("plug4market_order_id")
        if ours:
            ours._plug4market_take_attached_nfe()
            self.env["plug4market.nfe.file"]._match_posted(ours)
        return posted


def _decoded(uploaded):
    """The bytes of an upload; of one that is too large only enough to show that."""
    if len(uploaded) > MAX_ENCODED:
        uploaded = b"".join(uploaded[:MAX_ENCODED].split())
        uploaded = uploaded[: len(uploaded) // 4 * 4]
    return base64.b64decode(uploaded)


def _value(record, name, missing):
    """A field of ``record`` that another addon may have, else ``missing``."""
    return record[name] if name in record._fields else missing
