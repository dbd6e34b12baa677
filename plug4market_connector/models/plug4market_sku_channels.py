from odoo import fields, models
from odoo.fields import Command


class Plug4marketSku(models.Model):
    """The sales channels of a SKU, and what the hub is known to have of them."""

    _inherit = "plug4market.sku"

    announcement_ids = fields.One2many("plug4market.announcement", "sku_id")

    def _announcements(self):
        """All announcements of these SKUs, those that are off as well."""
        return self.with_context(active_test=False).announcement_ids

    # -- publishing -----------------------------------------------------------

    def _mark_pending(self, lane="content", *, whole=False):
        """Put new SKUs on default channels; ``whole``: try refused listings too."""
        self._give_default_channels()
        if whole:
            refused = self._announcements().filtered("refused_listing")
            refused.write({"refused_listing": False, "refusal": False})
        return super()._mark_pending(lane, whole=whole)

    def _give_default_channels(self):
        """A SKU that is published for the first time starts on the default channels."""
        new = self.filtered(lambda row: not row.sent_sku)
        self.env["plug4market.announcement"].sudo().create(
            [
                {"sku_id": row.id, "channel_id": channel.id}
                for row in new - new._announcements().sku_id
                for channel in row.company_id.plug4market_default_channel_ids
            ]
        )

    def _outcome_remarks(self):
        problems = self._announcements().filtered("problem")
        return super()._outcome_remarks() + [
            f"{row.product_id.display_name}, {row.channel_id.name}: {row.problem}"
            for row in problems[:5]
        ]

    # -- what the hub has -----------------------------------------------------

    def _body_sent(self, body, known):
        values = super()._body_sent(body, known)
        if known.get("salesChannels") == body.known_json().get("salesChannels"):
            channels = body.sales_channels or ()
            sent = {channel.id: channel.to_json() for channel in channels}
        else:
            sent = self._sent_offers()
        return {**values, **self._announcement_values(body, sent)}

    def _up_to_date(self, body, known=None):
        return {
            **super()._up_to_date(body, known),
            **self._announcement_values(body, self._sent_offers()),
        }

    def _sent_offers(self):
        return {row.channel_number: row.sent_offer for row in self._announcements()}

    def _forgotten(self):
        """A SKU that is not on the hub is on none of its channels."""
        gone = {"sent_offer": False, "state": "waiting"}
        announcements = self._announcements()
        return {
            **super()._forgotten(),
            **self._update_announcements(
                {row: {**gone, **row._listing_gone()} for row in announcements}
            ),
        }

    def _announcement_values(self, body, sent):
        """What is known of the announcements where the hub has ``sent``, by channel."""
        return self._update_announcements(
            {
                row: row._known_values(body, sent.get(row.channel_number))
                for row in self._announcements()
            }
        )

    def _update_announcements(self, values):
        """The values of this SKU that write ``values`` of its announcements."""
        commands = [
            Command.update(row.id, row_values)
            for row, row_values in values.items()
            if any((row[name] or False) != v for name, v in row_values.items())
        ]
        return {"announcement_ids": commands} if commands else {}
