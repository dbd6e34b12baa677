import base64

from odoo import api, models

from ..const import NFE_CANCELLED_AT_ISSUER
from ..nfe import is_valid_key, split_key


class AccountMove(models.Model):
    """What becomes of an invoice whose NF-e was cancelled at the treasury."""

    _inherit = "account.move"

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
        if of_issuer and self._plug4market_cancelled_by_issuer():
            return True
        files = self.env["plug4market.nfe.file"]
        return bool(files._cancelled_keys(self.company_id, [key]))

    def _plug4market_cancelled_by_issuer(self):
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
        content = _decoded(vals["plug4market_nfe_xml"])
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
        self.invalidate_recordset(["plug4market_nfe_state", "plug4market_nfe_message"])
        cancelled = self.filtered(
            lambda move: (
                move.plug4market_status != "CANCELED"
                and move._plug4market_nfe_is_cancelled()
            )
        )
        sent = cancelled.filtered(lambda move: move._plug4market_nfe_was_sent())
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


def _decoded(binary):
    try:
        return base64.b64decode(binary)
    except ValueError:
        # Whatever this is, Odoo refuses it.
        return b""
