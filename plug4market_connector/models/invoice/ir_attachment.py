from odoo import api, models
from odoo.fields import Domain

from ...nfe import MAX_BYTES

# Where Odoo takes an XML for a text, its name still says what it is.
XML_TYPES = ("application/xml", "text/xml")
OWN_FIELD = "plug4market_nfe_xml"
# Attachments that may be the NF-e of the invoice they are on; those that another addon
# keeps in a field of its own as well.
MAY_BE_NFE = (
    Domain("res_model", "=", "account.move")
    & (Domain("res_field", "=", False) | Domain("res_field", "!=", OWN_FIELD))
    & (Domain("mimetype", "in", XML_TYPES) | Domain("name", "=ilike", "%.xml"))
    & Domain("file_size", "<=", MAX_BYTES)
)


class IrAttachment(models.Model):
    """An XML that is attached to an invoice, by whatever way, may be its NF-e."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._plug4market_look_for_nfe()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if "res_field" in vals:
            # Odoo has asked before only, when the file filled no field yet.
            self.check_access("write")
        # The composer puts what was dropped there on the record when it is sent.
        if "res_id" in vals or "res_model" in vals:
            self._plug4market_look_for_nfe()
        return result

    @api.model
    def _has_field_access(self, field, operation):
        """Ask the notes received themselves who may replace the file of one.

        Odoo asks the attachment, which knows nothing of their fields.
        """
        if field.model_name == "plug4market.nfe.file":
            return self.env[field.model_name]._has_field_access(field, operation)
        return super()._has_field_access(field, operation)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent_nfe(self):
        moves = self.env["account.move"].sudo()
        moves = moves.search([("plug4market_nfe_attachment_id", "in", self.ids)])
        moves._plug4market_check_nfe_unsent()

    def _plug4market_look_for_nfe(self):
        """Let the invoices of marketplace orders that got an XML look at it."""
        found = self.sudo().filtered(
            lambda attachment: (
                attachment.res_model == "account.move" and attachment.res_id
            )
        )
        if found := found.filtered_domain(MAY_BE_NFE):
            moves = self.env["account.move"].sudo().browse(found.mapped("res_id"))
            moves = moves.exists().filtered("plug4market_order_id")
            moves._plug4market_take_cancellations(found)
            moves._plug4market_take_attached_nfe()
