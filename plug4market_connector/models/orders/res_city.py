from typing import NamedTuple

from odoo import api, models, tools

from ...hub import fold


class City(NamedTuple):
    """What an address takes from a city, without reading it again."""

    id: int
    state_id: int
    name: str


class ResCity(models.Model):
    _inherit = "res.city"

    @api.model
    @tools.ormcache()
    def _plug4market_brazilian(self):
        """Brazil's cities by IBGE code, and by state id and folded name.

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
        by_key = {}
        for city in cities:
            known = City(city.id, city.state_id.id, city.name)
            by_key[known.state_id, fold(known.name)] = known
            if has_code and city.ibge_code:
                by_key[city.ibge_code] = known
        return by_key

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
