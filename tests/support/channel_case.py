"""A product that lacks nothing a sales channel asks for, and the channels' words."""

from odoo_case import Plug4marketCase

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)
HUB_CATEGORY = "5d420c00000000000000002a"


class ChannelCase(Plug4marketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Category = cls.env["product.category"]
        cls.house = Category.create({"name": "Casa"})
        cls.light = Category.create({"name": "Iluminação", "parent_id": cls.house.id})
        cls.product = cls.make_offer("LUM-LED", "Luminária", 149.9)
        cls.mercado_livre = cls.channel(7)
        cls.shopee = cls.channel(26)
        cls.amazon = cls.channel(1)

    @classmethod
    def channel(cls, number):
        Channel = cls.env["plug4market.sales.channel"]
        return Channel.search([("hub_id", "=", number)])

    @classmethod
    def make_offer(cls, sku, name, price, **values):
        return cls.make_product(
            sku,
            name,
            price,
            image_1920=PIXEL,
            plug4market_brand="Loja",
            categ_id=cls.light.id,
            **values,
        )

    def choose(self, *channels, product=None):
        """Choose the channels of a product, as on the screen."""
        chosen = self.env["plug4market.sales.channel"].union(*channels)
        (product or self.product).plug4market_channel_ids = chosen
        self.env.flush_all()

    def announcement(self, channel, product=None):
        rows = (product or self.product).plug4market_announcement_ids
        return rows.filtered(lambda row: row.channel_id == channel)

    def sent_channels(self, sku="LUM-LED"):
        """The channels the hub has of a SKU, by number."""
        return {c["id"]: c for c in self.hub.products()[sku]["salesChannels"]}

    def category_row(self, category):
        return self.env["plug4market.category"].search(
            [("category_id", "=", category.id)]
        )
