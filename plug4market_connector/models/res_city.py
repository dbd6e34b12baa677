from odoo import api, models, tools

from .plug4market_order_lookup import fold


class ResCity(models.Model):
    _inherit = "res.city"

    @api.model
    @tools.ormcache()
    def _plug4market_brazilian(self):
        """Ids of Brazil's cities by IBGE code, and by state id and folded name.

        Brazil has 5,570 of them, their names come with and without accents, and only
        OCA's addons know the IBGE code: read once a process. With both localisations
        each city is there twice; OCA's, which have the code, win.
        """
        has_code = "ibge_code" in self._fields
        fields = ["name", "state_id", *(["ibge_code"] if has_code else [])]
        cities = self.sudo().with_context(lang=None)
        cities = cities.search_fetch(
            [("country_id", "=", self.env.ref("base.br").id)], fields, order="id"
        )
        if has_code:
            cities = cities.sorted(lambda city: bool(city.ibge_code))
        ids = {(city.state_id.id, fold(city.name)): city.id for city in cities}
        if has_code:
            ids.update({c.ibge_code: c.id for c in cities if c.ibge_code})
        return ids

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
