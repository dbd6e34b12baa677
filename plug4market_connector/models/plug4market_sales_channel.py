from odoo import api, fields, models


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

    _hub_id_uniq = models.UniqueIndex(
        "(hub_id)", "Another sales channel has this number already."
    )

    @api.model
    def _import_channels(self, hub_channels):
        """Add the channels of the hub's list that are not known yet."""
        wanted = [channel.hub_id for channel in hub_channels]
        known = self.with_context(active_test=False).search([("hub_id", "in", wanted)])
        known = set(known.mapped("hub_id"))
        return self.create(
            [
                {"hub_id": channel.hub_id, "name": channel.name, "cnpj": channel.cnpj}
                for channel in hub_channels
                if channel.hub_id not in known
            ]
        )
