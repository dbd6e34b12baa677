from odoo import api, fields, models

from ...hub import MERCADO_LIVRE, document_kind, formatted_document, normalise_document
from ...messages import notification
from ...transaction import own_transaction

# Lengths of ``idCadIntTran`` (NT 2020.006).
SELLER_ID_LENGTHS = range(2, 61)


class Plug4marketSalesChannel(models.Model):
    """A marketplace of the hub, such as Mercado Livre (7) or Shopee (26)."""

    _name = "plug4market.sales.channel"
    _description = "Plug4Market Sales Channel"
    _order = "sequence, name"

    name = fields.Char(required=True)
    hub_id = fields.Integer(
        "Channel number", required=True, help="The channel's number in Plug4Market."
    )
    cnpj = fields.Char(
        "CNPJ", help="The intermediary's CNPJ, named in the NF-e of its orders."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

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

    _hub_id_uniq = models.UniqueIndex(
        "(hub_id)", "Another sales channel has this number already."
    )

    @api.model
    @own_transaction
    def _import_channels(self, hub_channels):
        """Take over names and CNPJs of the hub's list; add the channels that are new.

        Nothing is deleted, and a name that only the hub's capitals change stays.
        """
        wanted = [channel.hub_id for channel in hub_channels]
        known = self.with_context(active_test=False).search([("hub_id", "in", wanted)])
        known = known.grouped("hub_id")
        for channel in hub_channels:
            if channel.hub_id in known:
                known[channel.hub_id]._apply_hub_channel(channel)
        return self.create(
            [
                {
                    "hub_id": channel.hub_id,
                    "name": channel.name or str(channel.hub_id),
                    "cnpj": channel.cnpj,
                }
                for channel in hub_channels
                if channel.hub_id not in known
            ]
        )

    def _apply_hub_channel(self, channel):
        if channel.name and channel.name.casefold() != self.name.casefold():
            self.name = channel.name
        if channel.cnpj and not self.cnpj:
            self.cnpj = channel.cnpj

    def action_update_channels(self):
        """Read the hub's list of channels with the current company's tokens."""
        self.env["plug4market.sales.channel"].check_access("create")
        count = self.env.company.sudo()._plug4market_update_channels()
        return notification(
            self.env._(
                "Plug4Market has %s sales channels; the list is up to date.", count
            ),
            kind="success",
            next="reload",
        )

    # -- the intermediary of an NF-e ------------------------------------------

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
