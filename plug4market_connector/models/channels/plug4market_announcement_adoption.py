from odoo import api, fields, models
from odoo.fields import Command

from ...hub import MERCADO_LIVRE, Announcement, Promotion, naive_utc
from .plug4market_announcement import LISTING_TYPES


class Plug4marketAnnouncement(models.Model):
    """The sales channels on which the hub has a SKU before Odoo tells it anything."""

    _inherit = "plug4market.announcement"

    @api.model
    def _prepare_adopted_commands(self, sku, body, found, *, others):
        """The commands that bring the announcements of ``sku`` up to the hub's.

        Channels that were chosen in the panel are read with their prices; those of
        another product only where none was chosen here, and without. Where the hub does
        not say which there are, the default ones would replace them: they go.

        :param sku: a ``plug4market.sku`` that was never sent as what it is now
        :param body: the ProductBody it shall have
        :param found: the FoundProduct it is on the hub
        """
        rows = sku._announcements()
        channels = found.body.sales_channels
        if channels is None:
            defaults = not others and rows._are_default()
            return [Command.delete(row.id) for row in rows] if defaults else []
        rows = rows.grouped("channel_number")
        ours = self._find_channels(channels)
        commands = []
        for number, channel in {channel.id: channel for channel in channels}.items():
            row = rows.get(number, self.browse())
            known = {
                "sent_offer": channel.to_json(),
                **row._prepare_found_listing(sku.company_id, body, channel, found),
            }
            if row:
                commands.append(Command.update(row.id, known))
                continue
            known["channel_id"] = ours[number].id
            if not others:
                price = found.own_price(channel, body)
                own = self._prepare_found_offer(channel, price, body.price)
                commands.append(Command.create({**own, **known}))
            elif not rows:
                commands.append(Command.create(known))
        return commands

    def _are_default(self):
        """Whether these are the default channels, which nobody chose for a product."""
        return self.channel_id == self.company_id.plug4market_default_channel_ids

    @api.model
    def _find_channels(self, channels):
        """The sales channels by their numbers; new ones are made."""
        Channel = self.env["plug4market.sales.channel"].sudo()
        numbers = [channel.id for channel in channels]
        known = Channel.with_context(active_test=False).search(
            [("hub_id", "in", numbers)]
        )
        missing = dict.fromkeys(n for n in numbers if n not in known.mapped("hub_id"))
        made = Channel.create([{"hub_id": n, "name": str(n)} for n in missing])
        return (known | made).grouped("hub_id")

    @api.model
    def _prepare_found_offer(self, channel, price, default_price):
        """What was chosen of a channel in the panel.

        :param price: its own, None where it follows the product's
        """
        values = {"price": price, "seller_id": channel.seller_id}
        if channel.listing_type in dict(LISTING_TYPES):
            values["listing_type"] = channel.listing_type
        promotion = Promotion.of(channel, price or default_price)
        if promotion and naive_utc(promotion.end) > fields.Datetime.now():
            values["sale_price"] = float(promotion.price)
            values["sale_date_start"] = naive_utc(promotion.start)
            values["sale_date_end"] = naive_utc(promotion.end)
        return values

    def _prepare_found_listing(self, company, body, channel, found):
        """What is known of the listing of a channel on Mercado Livre.

        One that the hub does not show counts as there: a second would be made.
        """
        if channel.id != MERCADO_LIVRE:
            return {}
        seller, kind = self._account() if self else ("", "")
        seller = channel.seller_id or seller or company.plug4market_seller_id
        kind = channel.listing_type or kind or company.plug4market_listing_type
        if not seller or not kind:
            return {}
        listing = Announcement(sku=body.sku, seller_id=seller, listing_type=kind)
        if found.listings is None:
            return {"sent_listing": listing.to_json(), "announcement_id": False}
        shown = listing.as_listed(found.listings)
        if shown is None:
            return {}
        told = shown.to_json()
        return {
            "announcement_id": told.pop("announcementId"),
            "sent_listing": told,
        }
