from functools import cached_property

from ...hub import (
    Doubt,
    document_kind,
    fold,
    formatted_document,
    normalise_document,
)
from .place import read_place


class OrderLookup:
    """What a batch of hub orders refers to in Odoo, read at once when needed."""

    def __init__(self, env, company, hub_orders=()):
        self.env = env
        self.company = company
        self.hub_orders = hub_orders
        self.brazil = env.ref("base.br")
        self._refs = {}
        self._places = {}
        self._taxes = {}

    def ref(self, xmlid):
        """A record by its XML id; Odoo would ask each time whether it exists."""
        if xmlid not in self._refs:
            self._refs[xmlid] = self.env.ref(xmlid, raise_if_not_found=False)
        return self._refs[xmlid]

    # -- places ---------------------------------------------------------------

    @cached_property
    def states(self):
        """Brazil's states by UF."""
        states = self.env["res.country.state"].search_fetch(
            [("country_id", "=", self.brazil.id)], ["code"]
        )
        return {state.code: state for state in states}

    def place(self, party):
        """The ``place.Place`` of the party's address, read once."""
        if party not in self._places:
            self._places[party] = read_place(party)
        return self._places[party]

    def state(self, party):
        """The Brazilian state that the address says; empty when unknown."""
        return self.states.get(self.place(party).state, self.env["res.country.state"])

    def city(self, party):
        """The Brazilian city by IBGE code, or by name and state; None when unknown."""
        return self._city_of_code(party) or self._city_of_name(party)

    def _city_of_code(self, party):
        return self.env["res.city"]._plug4market_brazilian().get(party.ibge)

    def _city_of_name(self, party):
        cities = self.env["res.city"]._plug4market_brazilian()
        return cities.get((self.state(party).id, fold(party.city)))

    @cached_property
    def countries(self):
        """All countries by their two letters."""
        countries = self.env["res.country"].search_fetch([], ["code"])
        return {country.code: country for country in countries}

    def country(self, party):
        """The country that the address says; empty when unknown."""
        return self.countries.get(self.place(party).country, self.env["res.country"])

    def place_doubts(self, hub_order):
        """What is no certain place in the order's addresses.

        Where it goes must be known. Where the buyer lives may be hidden, but not
        contradict itself.
        """
        destination = hub_order.destination
        parties = {"shipping": hub_order.shipping, "billing": hub_order.billing}
        for name, party in parties.items():
            if party is destination or name == "billing":
                doubt = self._place_doubt(party)
                if doubt and (party is destination or doubt == "contradiction"):
                    yield Doubt(doubt, name, self._written_place(party))

    def _place_doubt(self, party):
        place = self.place(party)
        code, name = self._city_of_code(party), self._city_of_name(party)
        if not place.doubt and code and name and code.id != name.id:
            return "contradiction"
        return place.doubt

    def _written_place(self, party):
        written = (party.city, party.state, party.zip_code, party.ibge, party.country)
        return ", ".join(filter(None, written))

    # -- channels and products ------------------------------------------------

    @cached_property
    def channels(self):
        """The sales channels by their number in the hub, and by folded name."""
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

    @cached_property
    def products(self):
        """The products of the orders' items; see ``read_products``."""
        return self.read_products(
            code
            for hub_order in self.hub_orders
            for item in hub_order.items
            for code in (item.sku, item.custom_id)
        )

    def read_products(self, codes):
        """The product that was sold under each known SKU; none of several."""
        return {
            code: products if len(products) == 1 else products.browse()
            for code, products in self.read_claimants(codes).items()
        }

    def read_claimants(self, codes):
        """The products of the company that may have been sold under each SKU.

        What Odoo sent to the hub under it, and what bears it as internal reference.
        Where both are known they have to agree: an SKU may have gone from one product
        to another while the order was made.
        """
        codes = sorted({code for code in codes if code})
        sent, named = self._read_sent_products(codes), self._read_named_products(codes)
        none = self.env["product.product"]
        claimants = {}
        for code in sent.keys() | named.keys():
            on_hub, here = sent.get(code, none), named.get(code, none)
            claimants[code] = on_hub & here or on_hub | here
        return claimants

    def _read_sent_products(self, codes):
        rows = self.env["plug4market.sku"].sudo()
        rows = rows.search_fetch(
            [("company_id", "=", self.company.id), ("sent_sku", "in", codes)],
            ["sent_sku", "product_id"],
        )
        return {
            sku: found.product_id.with_env(self.env)
            for sku, found in rows.grouped("sent_sku").items()
        }

    def _read_named_products(self, codes):
        """Products by internal reference; archived ones where no other has it."""
        products = self.env["product.product"].with_context(active_test=False)
        products = products.search(
            [
                ("default_code", "in", codes),
                ("company_id", "in", [False, self.company.id]),
            ]
        )
        return {
            code: found.filtered("active") or found
            for code, found in products.grouped("default_code").items()
        }

    def product(self, item):
        """The product by SKU, else by custom id; empty when neither tells which.

        Never by the hub's ``productId``: the group codes of another system are small
        numbers, as ours are, and the buyer would get another product.
        """
        for code in (item.sku, item.custom_id):
            if code in self.products:
                return self.products[code]
        return self.env["product.product"]

    def taxes(self, product, fiscal_position):
        """The taxes of a marketplace line of ``product``, by the company's policy."""
        key = (product.id, fiscal_position.id)
        if key not in self._taxes:
            taxes = product.taxes_id._filter_taxes_by_company(self.company)
            taxes = fiscal_position.map_tax(taxes)
            self._taxes[key] = taxes._plug4market_apply_policy(self.company)
        return self._taxes[key]

    # -- partners -------------------------------------------------------------

    @cached_property
    def partners(self):
        """The orders' buyers that Odoo knows, by CPF or CNPJ."""
        documents = {self.document(o.billing) for o in self.hub_orders} - {""}
        spellings = documents | {formatted_document(d) for d in documents}
        # OCA's addons keep the letters of a CNPJ as they were typed.
        spellings |= {spelling.lower() for spelling in spellings}
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
