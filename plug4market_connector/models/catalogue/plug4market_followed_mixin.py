from odoo import api, models


class Plug4marketFollowedMixin(models.AbstractModel):
    """Something that products are made of: when it changes, the hub follows."""

    _name = "plug4market.followed.mixin"
    _description = "Plug4Market Followed Record"

    # The fields that count, by the lane a change travels on.
    _plug4market_followed = {}

    def _plug4market_followed_products(self):
        """The products that these records tell something of, archived ones too."""
        raise NotImplementedError

    def _plug4market_mark(self, lane):
        products = self.sudo().with_context(active_test=False)
        products = products._plug4market_followed_products()
        self.env["plug4market.sku.change"]._mark(products, lane)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._plug4market_mark("content")
        return records

    def write(self, vals):
        result = super().write(vals)
        self._plug4market_mark_written(vals.keys())
        return result

    def _update_field_translations(self, field_name, *args, **kwargs):
        """The dialog of translations writes past ``write``."""
        result = super()._update_field_translations(field_name, *args, **kwargs)
        self._plug4market_mark_written({field_name})
        return result

    def _plug4market_mark_written(self, written):
        for lane, names in self._plug4market_followed.items():
            if names & written:
                self._plug4market_mark(lane)

    def unlink(self):
        self._plug4market_mark("content")
        return super().unlink()
