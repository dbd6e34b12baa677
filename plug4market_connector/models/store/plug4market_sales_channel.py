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
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Plug4Market has %s sales channels; the list is up to date.", count
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
