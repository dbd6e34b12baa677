from odoo import fields, models
from odoo.exceptions import UserError

from ..hub import Plug4MarketError
from ..transaction import in_new_transaction
from .plug4market_announcement import LISTING_TYPES


class ResCompany(models.Model):
    """Where the company sells by default, and the hub's list of sales channels."""

    _inherit = "res.company"

    plug4market_default_channel_ids = fields.Many2many(
        "plug4market.sales.channel",
        "plug4market_company_default_channel_rel",
        string="Default channels",
        help="Where a product is put when it is published for the first time, unless "
        "channels were chosen for it before. Empty: none, the panel decides.",
    )
    plug4market_seller_id = fields.Char(
        "Mercado Livre seller id",
        help="The account that lists products, where an announcement names no other.",
    )
    plug4market_listing_type = fields.Selection(
        LISTING_TYPES,
        "Mercado Livre listing type",
        help="How products are listed, where an announcement says nothing else.",
    )

    def _plug4market_update_channels(self, *, check_token=False):
        """Take over the hub's list of sales channels; return how many it holds.

        :param check_token: also ask for what surely needs a token: the list of channels
            may not ("API notes" 13 #7)
        """
        self.ensure_one()
        try:
            client = self._plug4market_client("click")
            if check_token:
                client.list_orders(size=1)
            channels = client.list_sales_channels()
        except Plug4MarketError as error:
            raise UserError(
                self.env["plug4market.connection"]._explain(error, queued=False)
            ) from error
        in_new_transaction(
            self.env,
            lambda env: env["plug4market.sales.channel"]._import_channels(channels),
        )
        return len(channels)
