import unicodedata

from odoo.fields import Domain

from ..hub import document_kind, normalise_document


def fold(text):
    """``text`` without case, accents and surrounding space, for comparing names."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return (
        "".join(c for c in decomposed if not unicodedata.combining(c))
        .casefold()
        .strip()
    )


def formatted_document(digits):
    """A CPF or CNPJ with its usual punctuation, as older records hold it."""
    if len(digits) == 11:
        return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}/{digits[8:12]}-{digits[12:]}"


class OrderLookup:
    """What a batch of hub orders refers to in Odoo, read in a few queries."""

    def __init__(self, env, company, hub_orders):
        self.env = env
        self.company = company
        self.brazil = env.ref("base.br")
        self.states = self._read_states()
        self.cities = self._read_cities(hub_orders)
        self.channels = self._read_channels(hub_orders)
        self.products = self.read_products(
            code
            for hub_order in hub_orders
            for item in hub_order.items
            for code in (item.sku, item.custom_id)
        )
        self.partners = self._read_partners(hub_orders)

    # -- places ---------------------------------------------------------------

    def _read_states(self):
        states = self.env["res.country.state"].search_fetch(
            [("country_id", "=", self.brazil.id)], ["code", "name"]
        )
        by_key = {fold(state.name): state for state in states}
        by_key.update({fold(state.code): state for state in states})
        return by_key

    def state(self, party):
        """The Brazilian state by UF or name; empty when unknown."""
        return self.states.get(fold(party.state), self.env["res.country.state"])

    def _read_cities(self, hub_orders):
        parties = [p for o in hub_orders for p in (o.billing, o.shipping)]
        City = self.env["res.city"]
        names = {p.city for p in parties if p.city}
        domain = Domain.OR(Domain("name", "=ilike", name) for name in names)
        if "ibge_code" in City._fields:
            domain |= Domain("ibge_code", "in", [p.ibge for p in parties if p.ibge])
        if not names and domain.is_false():
            return {}
        cities = {}
        for city in City.search(domain & Domain("country_id", "=", self.brazil.id)):
            cities[city.state_id.id, fold(city.name)] = city
            if "ibge_code" in City._fields and city.ibge_code:
                cities[city.ibge_code] = city
        return cities

    def city(self, party):
        """The city by IBGE code, or by name and state; empty when unknown."""
        by_name = self.cities.get((self.state(party).id, fold(party.city)))
        return self.cities.get(party.ibge) or by_name or self.env["res.city"]

    def country(self, party):
        """The party's country; the hub writes BR, Brasil or nothing."""
        code = fold(party.country)
        if code in ("", "br", "bra", "brasil", "brazil"):
            return self.brazil
        return self.env["res.country"].search(
            ["|", ("code", "=", code.upper()), ("name", "=ilike", party.country)],
            limit=1,
        )

    # -- channels and products ------------------------------------------------

    def _read_channels(self, hub_orders):
        channels = self.env["plug4market.sales.channel"].with_context(active_test=False)
        by_key = {}
        for channel in channels.search_fetch([], ["hub_id", "name"]):
            by_key[channel.hub_id] = by_key[fold(channel.name)] = channel
        return by_key

    def channel(self, hub_order):
        """The sales channel by number, else by name; empty when unknown."""
        return (
            self.channels.get(hub_order.channel_id)
            or self.channels.get(fold(hub_order.channel_name))
            or self.channels.get(fold(hub_order.channel))
            or self.env["plug4market.sales.channel"]
        )

    def read_products(self, codes):
        """The company's products by SKU; an archived one serves if no other does."""
        Product = self.env["product.product"].with_context(active_test=False)
        products = Product.search(
            [
                ("default_code", "in", sorted({code for code in codes if code})),
                ("company_id", "in", [False, self.company.id]),
            ],
            order="active desc, id",
        )
        by_code = {}
        for product in products:
            by_code.setdefault(product.default_code, product)
        return by_code

    def product(self, *codes):
        """The product of the first known code; empty when none is."""
        known = (self.products[code] for code in codes if code in self.products)
        return next(known, self.env["product.product"])

    # -- partners -------------------------------------------------------------

    def _read_partners(self, hub_orders):
        documents = {self.document(o.billing) for o in hub_orders} - {""}
        spellings = documents | {formatted_document(d) for d in documents}
        partners = self.env["res.partner"].search(
            [
                ("vat", "in", sorted(spellings)),
                ("company_id", "in", [False, self.company.id]),
            ],
            order="id desc",
        )
        # Contacts may repeat their company's document: the company itself wins.
        return {
            normalise_document(partner.vat): partner.commercial_partner_id
            for partner in partners.sorted(lambda partner: not partner.parent_id)
        }

    @staticmethod
    def document(party):
        """The party's CPF or CNPJ if it is valid, else an empty string."""
        if not document_kind(party.document_id):
            return ""
        return normalise_document(party.document_id)
