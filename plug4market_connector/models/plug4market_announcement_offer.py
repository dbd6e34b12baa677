from odoo import models

from ..const import ANY_CHANNEL_NEEDS, CHANNEL_NEEDS
from ..hub import ProductChannel


class Plug4marketAnnouncement(models.Model):
    """What the hub is told of a SKU's channels, and what keeps it from being told."""

    _inherit = "plug4market.announcement"

    # -- what is sent ---------------------------------------------------------

    def _prepare_channels(self, body):
        """The channels of one SKU, all of whose announcements these are.

        The array replaces the hub's whole set ("API notes" 5.3): None, which sends no
        key, leaves alone what was chosen in the panel.
        """
        on = self.filtered("active")
        offered = on.filtered(lambda row: row.sent_offer or not row._missing(body))
        if not self or (on and not offered and not any(self.mapped("sent_offer"))):
            return None
        return tuple(
            row._prepare_channel(body) for row in offered.sorted("channel_number")
        )

    def _prepare_channel(self, body):
        seller, kind = self._account()
        promoted = self.sale_price and not self._explain_promotion(body)
        channel = ProductChannel(
            id=self.channel_number,
            price=self.price or None,
            sale_price=self.sale_price if promoted else None,
            sale_date_start=self.sale_date_start or None,
            sale_date_end=self.sale_date_end or None,
            seller_id=seller,
            listing_type=kind,
        )
        return channel.after(self.sent_offer or {}, body.price)

    # -- what is missing ------------------------------------------------------

    def _missing(self, body):
        """What the channel needs and the product lacks; see ``CHANNEL_NEEDS``."""
        category = self.product_id.categ_id
        mapped = category.plug4market_mapping_ids.channel_id
        there = {
            "image": body.images or self.product_id._plug4market_has_image(),
            "brand": body.brand,
            "ean": body.ean,
            "category": body.category_id or body.custom_category,
            "hub_category": body.category_id
            or (body.custom_category and self.channel_id in mapped),
        }
        needs = CHANNEL_NEEDS.get(self.channel_number, ANY_CHANNEL_NEEDS)
        return [need for need in needs if not there[need]]

    def _explain(self, body):
        """What keeps this announcement from being as it is wanted; empty if nothing."""
        problems = [self._explain_refusal(body)]
        if self.active:
            problems += [self._explain_missing(body), self._explain_promotion(body)]
        return "\n".join(filter(None, problems))

    def _explain_refused_channel(self, body, offer):
        """Why the hub has ``offer`` of this channel and not what is wanted of it."""
        refusal = (self.sku_id.refused or {}).get("channels")
        wanted = [channel.to_json() for channel in body.sales_channels or ()]
        if not refusal or refusal["wanted"] != {"salesChannels": wanted}:
            return ""
        own = next((c for c in wanted if c["id"] == self.channel_number), None)
        return refusal["said"] if own != (offer or None) else ""

    def _explain_missing(self, body):
        missing = self._missing(body)
        if not missing:
            return ""
        words = self._needs_in_words()
        values = {
            "channel": self.channel_id.name,
            "missing": ", ".join(words[need] for need in missing),
        }
        if self.sent_offer:
            return self.env._(
                "It stays on %(channel)s, which may refuse it. The product lacks: "
                "%(missing)s.",
                **values,
            )
        return self.env._(
            "It is put on %(channel)s by itself once the product has: %(missing)s.",
            **values,
        )

    def _needs_in_words(self):
        category = self.product_id.categ_id
        if not category:
            category_word = hub_word = self.env._("a product category")
        else:
            category_word = self.env._(
                "the category %s on Plug4Market (see Configuration > Categories)",
                category.name,
            )
            hub_word = self.env._(
                "a Plug4Market category, to be filled in on the category %s",
                category.name,
            )
        return {
            "image": self.env._("a picture"),
            "brand": self.env._("a brand"),
            "ean": self.env._("an EAN (barcode)"),
            "category": category_word,
            "hub_category": hub_word,
        }

    def _explain_promotion(self, body):
        """Why the promotional price is not sent; empty if it is or there is none."""
        if not self.sale_price:
            return ""
        start, end = self.sale_date_start, self.sale_date_end
        if not (start and end and start < end):
            return self.env._(
                "The promotional price is not sent: it needs a start and a later end."
            )
        currency = self.company_id.currency_id
        if currency.compare_amounts(self.sale_price, self.price or body.price) >= 0:
            return self.env._(
                "The promotional price is not sent: it must be below the price."
            )
        return ""

    # -- what the hub has ------------------------------------------------------

    def _known_values(self, body, offer):
        """State and problem of this announcement where the hub has ``offer`` of it."""
        problem = self._explain(body) or self._explain_refused_channel(body, offer)
        if problem:
            state = "error"
        elif offer:
            state = "synced"
        else:
            state = "waiting" if self.active else "off"
        return {
            "sent_offer": offer or False,
            "state": state,
            "problem": problem or False,
        }
