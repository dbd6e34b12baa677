from odoo import api, fields, models
from odoo.exceptions import UserError

from ...nfe import fold

# ``indPres``: buyer and seller are not in the same place, but on the internet.
REMOTE_SALE = "2"

# ``xPed`` holds no more: longer numbers are cut ("Manual de Orientação", I60).
XPED_LENGTH = 15


class SaleOrder(models.Model):
    """What the NF-e of a marketplace order has to say of the sale (NT 2020.006).

    A sale on somebody else's site names its intermediary: group ``infIntermed`` with
    the CNPJ and how the seller is registered there. Interest goes in ``vOutro``,
    freight in ``vFrete``, each payment has its code ``tPag``.
    """

    _inherit = "sale.order"

    plug4market_intermediary_cnpj = fields.Char(
        "Intermediary's CNPJ",
        compute="_compute_plug4market_intermediary",
        compute_sudo=True,
        help="infIntermed/CNPJ of the NF-e; from the sales channel.",
    )
    plug4market_intermediary_seller_id = fields.Char(
        "Seller id at the intermediary",
        compute="_compute_plug4market_intermediary",
        compute_sudo=True,
        help="infIntermed/idCadIntTran of the NF-e; from the sales channel.",
    )
    plug4market_intermediary_hint = fields.Text(
        compute="_compute_plug4market_intermediary_hint", compute_sudo=True
    )
    plug4market_payment_codes = fields.Char(
        "Payment codes (tPag)",
        copy=False,
        readonly=True,
        help="Of each means of payment, the largest first, as the NF-e writes them.",
    )
    plug4market_freight = fields.Monetary(
        "Freight (vFrete)", copy=False, readonly=True, help="Paid by the buyer."
    )
    plug4market_interest = fields.Monetary(
        "Instalment interest (vOutro)",
        copy=False,
        readonly=True,
        help="Paid by the buyer to the marketplace, and part of the order's total.",
    )

    @api.depends(
        "plug4market_order_uid",
        "company_id",
        "plug4market_channel_document",
        "plug4market_channel_id.cnpj",
        "plug4market_channel_id.own_site",
        "plug4market_channel_id.seller_id",
    )
    def _compute_plug4market_intermediary(self):
        """The same in every language: another addon may keep them in its fields."""
        for order in self:
            channel = order.plug4market_channel_id.with_company(order.company_id)
            seller_id = channel._plug4market_seller_id()
            order.plug4market_intermediary_cnpj = (
                not channel.own_site and order.plug4market_channel_document
            ) or channel._plug4market_intermediary()
            order.plug4market_intermediary_seller_id = seller_id

    @api.depends(
        "plug4market_order_uid",
        "plug4market_intermediary_cnpj",
        "plug4market_intermediary_seller_id",
    )
    @api.depends_context("lang")
    def _compute_plug4market_intermediary_hint(self):
        """What the channel lacks for the NF-e of a marketplace order."""
        for order in self:
            channel = order.plug4market_channel_id.with_company(order.company_id)
            order.plug4market_intermediary_hint = (
                order.plug4market_order_uid and channel._plug4market_missing_for_nfe()
            )

    def _plug4market_intermediary_values(self):
        """The same facts in the fields of whoever issues the NF-e, for its invoice.

        Fields are found by name, none is asked for. Confirmed names: ``ind_pres`` in
        OCA's l10n_br_fiscal 19.0; ``l10n_br_presence`` and
        ``l10n_br_edi_payment_method`` in Odoo Enterprise's l10n_br_avatax and
        l10n_br_edi, where nothing is known for an intermediary; and
        ``intermediary_partner_id`` with ``intermediary_seller_code`` in the tests of
        OCA's l10n_br_nfe, which no release for 19.0 has yet. Override this for others.
        Interest and freight are on the lines already.
        """
        self.ensure_one()
        known = self.env["account.move"]._fields
        values = {
            "l10n_br_presence": REMOTE_SALE,
            "l10n_br_edi_payment_method": self._plug4market_main_payment_code(known),
            **self._plug4market_fiscal_document_values(known),
        }
        return {name: v for name, v in values.items() if name in known and v}

    def _plug4market_fiscal_document_values(self, known):
        """For OCA's fiscal document, which only an order with an operation gets."""
        if "fiscal_operation_id" in self._fields and not self.fiscal_operation_id:
            return {}
        # SEFAZ takes no intermediary where the presence does not apply ("0").
        values = {"ind_pres": REMOTE_SALE}
        if "intermediary_partner_id" in known:
            intermediary = self.plug4market_channel_id.sudo()._plug4market_partner()
            seller_id = intermediary and self.plug4market_intermediary_seller_id
            values["intermediary_partner_id"] = intermediary.id
            values["intermediary_seller_code"] = seller_id
        return values

    def _plug4market_main_payment_code(self, known):
        """The code of the largest payment, if the field there is has it."""
        field = known.get("l10n_br_edi_payment_method")
        code = (self.plug4market_payment_codes or "").split(", ")[0]
        return code if field and code in field.get_values(self.env) else False

    def _prepare_invoice(self):
        """Tell who issues the NF-e what the marketplace was."""
        values = super()._prepare_invoice()
        if self.plug4market_order_uid:
            values.update(self._plug4market_intermediary_values())
        return values

    def _plug4market_report_invoice(self):
        """Queue each order's NF-e, or ask for what is wrong with it."""
        ready = self.browse()
        for order in self:
            invoice = order._plug4market_invoice()
            if not invoice._plug4market_is_to_be_sent(order):
                continue
            problem = (
                invoice._plug4market_nfe_problem() or invoice._plug4market_why_by_hand()
            )
            if problem:
                invoice._plug4market_ask_about_nfe(problem)
            else:
                invoice._plug4market_nfe_is_right()
                ready |= order
        ready._plug4market_enqueue_known("invoice")

    # -- the one invoice that is sent -----------------------------------------

    def _plug4market_invoice(self):
        """The invoice that the hub was told of, else the first that may be told."""
        if told := self._plug4market_told_invoice():
            return told
        posted = self.invoice_ids._plug4market_invoice().sorted("id")
        fit = posted.filtered(lambda move: not move._plug4market_why_not_this())
        with_nfe = fit.filtered(lambda move: move.plug4market_nfe_state != "missing")
        right = with_nfe.filtered(lambda move: not move._plug4market_nfe_problem())
        return (right or with_nfe or fit or posted)[:1]

    def _plug4market_told_invoice(self):
        """The invoice whose NF-e went to the hub, or is on its way; may be empty."""
        events = self.sudo().plug4market_event_ids.filtered(
            lambda event: event.kind == "invoice" and event.state in ("pending", "done")
        )
        return events.sorted("id").move_id[:1].with_env(self.env)

    # -- a loose NF-e ---------------------------------------------------------

    def _plug4market_look_for_cancelled_nfe(self):
        files = self.env["plug4market.nfe.file"]
        for company, orders in self.sudo().grouped("company_id").items():
            invoices = orders.invoice_ids.filtered("plug4market_nfe_access_key")
            keys = files._cancelled_keys(
                company, invoices.mapped("plug4market_nfe_access_key")
            )
            invoices.filtered(
                lambda move, keys=keys: move.plug4market_nfe_access_key in keys
            )._plug4market_nfe_was_cancelled()

    def _plug4market_is_named(self, nfe):
        """Whether the note has the marketplace's, the hub's or Odoo's number of it."""
        self.ensure_one()
        names = {self.client_order_ref, self.plug4market_order_uid, self.name}
        return bool({fold(name) for name in names if name} & nfe.order_words)

    def _plug4market_is_named_in_part(self, nfe):
        """Whether an item has the beginning of the marketplace's number, cut off."""
        self.ensure_one()
        number = fold(self.client_order_ref or "")
        return any(
            is_cut(part) and number.startswith(fold(part))
            for part in nfe.purchase_numbers
        )

    def _plug4market_awaits_nfe(self):
        """Whether a note that names this order may be the one of its sale."""
        self.ensure_one()
        invoices = self.invoice_ids.filtered("plug4market_nfe_access_key")
        return self.plug4market_status == "APPROVED" and not any(
            move.plug4market_nfe_state in ("authorised", "sent") for move in invoices
        )

    # -- telling the hub ------------------------------------------------------

    def _plug4market_invoice_call(self, event):
        move = event.move_id
        nfe = move._plug4market_get_nfe()
        if move._plug4market_nfe_is_cancelled():
            raise UserError(move._plug4market_explain_cancelled())
        return "send_invoice", {
            # A date without zone cannot be told to the hub; the protocol has one.
            "nfe_date": nfe.issued_at or nfe.authorised_at,
            "nfe_number": nfe.number,
            "nfe_serial_number": nfe.series,
            "nfe_access_key": nfe.access_key,
            "xml": nfe.xml_text,
        }


def is_cut(number):
    """Whether an order's number may have lost its end."""
    return len(number) == XPED_LENGTH
