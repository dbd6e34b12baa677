from odoo import fields, models

from ..hub import MERCADO_LIVRE, document_kind, normalise_document
from .plug4market_order_lookup import formatted_document

# Lengths of ``idCadIntTran`` (NT 2020.006).
SELLER_ID_LENGTHS = range(2, 61)


class Plug4marketSalesChannel(models.Model):
    """The sales channel as the intermediary of an NF-e."""

    _inherit = "plug4market.sales.channel"

    own_site = fields.Boolean(
        "Own shop",
        help="The seller's own shop on a platform: its NF-e names no intermediary.",
    )
    seller_id = fields.Char(
        "Seller id",
        company_dependent=True,
        help="How the company is registered at this marketplace, 2 to 60 characters; "
        "its NF-e name it (idCadIntTran).",
    )

    def _plug4market_seller_id(self):
        """How the current company is registered here; the hub does not tell it.

        Mercado Livre's is in the settings already, for its listings.
        """
        if not self or self.own_site:
            return False
        of_listings = self.hub_id == MERCADO_LIVRE and self.env.company
        return self.seller_id or (of_listings and of_listings.plug4market_seller_id)

    def _plug4market_intermediary(self):
        """The CNPJ that an NF-e names, without punctuation; of an own shop none."""
        return normalise_document(self.cnpj) if not self.own_site else False

    def _plug4market_partner(self):
        """The intermediary as a contact, made if there is none; empty without CNPJ."""
        cnpj = self._plug4market_intermediary()
        if document_kind(cnpj) != "cnpj":
            return self.env["res.partner"]
        partner = self.env["res.partner"].search(
            [
                ("vat", "in", [cnpj, formatted_document(cnpj)]),
                ("company_id", "=", False),
            ],
            limit=1,
        )
        return partner or partner.create(
            {
                "name": self.name,
                "vat": cnpj,
                "is_company": True,
                "country_id": self.env.ref("base.br").id,
            }
        )

    def _plug4market_missing_for_nfe(self):
        """What an NF-e would lack of this intermediary; empty when nothing."""
        if not self or self.own_site:
            return ""
        missing = []
        if document_kind(self.cnpj) != "cnpj":
            missing.append(self.env._("a valid CNPJ"))
        if len(self._plug4market_seller_id() or "") not in SELLER_ID_LENGTHS:
            missing.append(self.env._("your seller id there"))
        if not missing:
            return ""
        return self.env._(
            "Sales channel %(channel)s lacks %(missing)s, which the NF-e has to name. "
            "Fill it in under Marketplace > Configuration > Sales channels.",
            channel=self.name,
            missing=self.env._(" and ").join(missing),
        )
