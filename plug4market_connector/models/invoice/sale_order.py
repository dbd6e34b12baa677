from odoo import api, fields, models

# ``indPres``: buyer and seller are not in the same place, but on the internet.
REMOTE_SALE = "2"


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
        compute="_compute_plug4market_intermediary", compute_sudo=True
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
        "plug4market_channel_id.cnpj",
        "plug4market_channel_id.own_site",
        "plug4market_channel_id.seller_id",
    )
    @api.depends_context("lang")
    def _compute_plug4market_intermediary(self):
        for order in self:
            channel = order.plug4market_channel_id.with_company(order.company_id)
            seller_id = channel._plug4market_seller_id()
            order.plug4market_intermediary_cnpj = channel._plug4market_intermediary()
            order.plug4market_intermediary_seller_id = seller_id
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
