import re

from odoo import api, models

from ...hub import fold, is_masked

# A document was checked before it is written, by rules that know letters in a CNPJ; the
# installed validators may not. A state registration is kept as the marketplace has it.
TRUSTED = {
    "no_vat_validation": True,
    "disable_cpf_cnpj_validation": True,
    "disable_ie_validation": True,
    "allow_vat_duplicate": True,
}
# What makes two addresses the same place. Cities are compared by their written name.
PLACE = (
    *("country_id", "state_id", "city", "zip", "street_name"),
    *("street_number", "street_number2", "district", "street2"),
)


class Plug4marketOrderImport(models.AbstractModel):
    """Who bought and where it goes: partners found, made and completed."""

    _inherit = "plug4market.order.import"

    # -- buyers ---------------------------------------------------------------

    @api.model
    def _find_or_create_buyers(self, lookup, hub_orders):
        """The buyer of each order: found by CPF/CNPJ, else created, once a document."""
        missing = {}
        for index, hub_order in enumerate(hub_orders):
            document = lookup.document(hub_order.billing)
            if document not in lookup.partners:
                missing.setdefault(document or index, hub_order.billing)
        created = self.env["res.partner"].with_context(**TRUSTED)
        created = created.create(
            [self._prepare_buyer_values(lookup, party) for party in missing.values()]
        )
        new = dict(zip(missing, created.with_env(self.env), strict=True))
        return [
            lookup.partners.get(lookup.document(hub_order.billing))
            or new[lookup.document(hub_order.billing) or index]
            for index, hub_order in enumerate(hub_orders)
        ]

    @api.model
    def _prepare_buyer_values(self, lookup, party):
        """A buyer's partner; a masked or invalid document leaves ``vat`` empty."""
        return {
            "name": party.name or self._unnamed(),
            "email": self._shown(party.email),
            **self._prepare_document_values(lookup, party),
            **self._prepare_address_values(lookup, party),
        }

    @api.model
    def _prepare_document_values(self, lookup, party):
        """CPF or CNPJ, what it makes of the buyer, and the state registration."""
        document = lookup.document(party)
        is_company = len(document) == 14
        values = {"vat": document or False, "is_company": is_company}
        partner_fields = self.env["res.partner"]._fields
        if document and "l10n_latam_identification_type_id" in partner_fields:
            kind = "cnpj" if is_company else "cpf"
            if id_type := lookup.ref(f"l10n_br.{kind}"):
                values["l10n_latam_identification_type_id"] = id_type.id
        if "l10n_br_ie_code" in partner_fields:
            values["l10n_br_ie_code"] = self._shown(party.state_registration_id)
        return values

    @api.model
    def _prepare_address_values(self, lookup, party):
        """The address fields that Odoo and the Brazilian addons share."""
        country = lookup.country(party)
        city, state_id = None, False
        if country == lookup.brazil:
            city = lookup.city(party)
            state_id = city.state_id if city else lookup.state(party).id
        return {
            "country_id": country.id,
            "state_id": state_id,
            "city_id": city.id if city else False,
            "city": city.name if city else party.city or False,
            "zip": self._shown(self._written_zip(party, country == lookup.brazil)),
            "street_name": party.street or False,
            "street_number": party.street_number or False,
            "street_number2": party.street_complement or False,
            **self._prepare_district_values(party),
            "phone": self._shown(party.phone),
        }

    @api.model
    def _prepare_district_values(self, party):
        """The district (bairro), which OCA's field cuts and plain Odoo has none for."""
        fields = self.env["res.partner"]._fields
        if "district" not in fields:
            return {"street2": party.district or False}
        return {"district": party.district[: fields["district"].size] or False}

    @api.model
    def _written_zip(self, party, brazilian):
        """A CEP as it is written in Brazil, 01310-100; any other code as it came."""
        digits = re.sub(r"[\s.-]", "", party.zip_code)
        if brazilian and re.fullmatch(r"\d{8}", digits):
            return f"{digits[:5]}-{digits[5:]}"
        return party.zip_code

    @api.model
    def _shown(self, text):
        """``text`` unless the marketplace hid it: the gap is filled later."""
        return text if text and not is_masked(text) else False

    @api.model
    def _unnamed(self):
        return self.env._("Marketplace buyer")

    # -- deliveries -----------------------------------------------------------

    @api.model
    def _find_or_create_deliveries(self, lookup, hub_orders, buyers):
        """Each order's delivery address: the buyer, an equal contact, or a new one."""
        return self._find_or_create_contacts(
            lookup, hub_orders, buyers, self._prepare_delivery_values
        )

    @api.model
    def _find_or_create_invoice_addresses(self, lookup, hub_orders, buyers):
        """The address of each order's invoice, which is where the buyer lives now.

        An older order's invoice keeps the address that it had.
        """
        return self._find_or_create_contacts(
            lookup, hub_orders, buyers, self._prepare_invoice_address_values
        )

    @api.model
    def _find_or_create_contacts(self, lookup, hub_orders, buyers, prepare):
        """The buyer, a contact with the same name and address, or a new one, of each.

        Orders of one batch share a new one.
        """
        found, missing = [], {}
        for hub_order, buyer in zip(hub_orders, buyers, strict=True):
            values = prepare(lookup, hub_order, buyer)
            key = (buyer.id, self._place_key(values))
            partner = self._match_address(buyer, key[1])
            found.append(partner or key)
            if not partner:
                missing.setdefault(key, values)
        created = self.env["res.partner"].with_context(**TRUSTED)
        created = created.create(list(missing.values())).with_env(self.env)
        new = dict(zip(missing, created, strict=True))
        return [new.get(found_or_key, found_or_key) for found_or_key in found]

    @api.model
    def _prepare_delivery_values(self, lookup, hub_order, buyer):
        party = hub_order.destination
        return {
            "name": party.name or hub_order.billing.name or buyer.name,
            "type": "delivery",
            "parent_id": buyer.id,
            **self._prepare_address_values(lookup, party),
        }

    @api.model
    def _prepare_invoice_address_values(self, lookup, hub_order, buyer):
        party = hub_order.billing
        place = self._prepare_address_values(lookup, party)
        if not (party.street and party.zip_code) or is_masked(party.street):
            # Hidden: the buyer's own.
            place = self._place_values(buyer)
        return {
            "name": self._shown(party.name) or buyer.name,
            "type": "invoice",
            "parent_id": buyer.id,
            **place,
        }

    @api.model
    def _place_key(self, values):
        """Name and address in a form that equal ones share, however they are typed."""
        place = [values.get(name) or "" for name in ("name", *PLACE)]
        return tuple(fold(part) if isinstance(part, str) else part for part in place)

    @api.model
    def _match_address(self, buyer, key):
        """The buyer or a contact of the buyer that has just this name and address."""
        for partner in buyer | buyer.child_ids:
            if self._place_key(self._place_values(partner)) == key:
                return partner
        return self.env["res.partner"]

    @api.model
    def _place_values(self, partner):
        """Name and address of ``partner`` as values to write."""
        names = [name for name in ("name", *PLACE) if name in partner._fields]
        values = {name: partner[name] for name in names}
        for name in ("country_id", "state_id"):
            values[name] = values[name].id
        return values

    # -- completing -----------------------------------------------------------

    @api.model
    def _complete_buyers(self, lookup, orders, by_uid):
        """Fill what marketplaces hid of these orders' buyers until now.

        What a person typed stays: only what is empty or still masked is written.
        """
        for order in orders:
            hub_order = by_uid[order.plug4market_order_uid]
            order._plug4market_keep_document(hub_order.billing.document_id)
            buyer = self._revealed_buyer(lookup, order, hub_order)
            delivery = order.partner_shipping_id
            elsewhere = buyer != order.partner_id or (
                delivery == buyer and not self._has_place(delivery)
            )
            values = self._prepare_buyer_values(lookup, hub_order.billing)
            self._complete_partner(buyer, values)
            if elsewhere:
                (delivery,) = self._find_or_create_deliveries(
                    lookup, [hub_order], [buyer]
                )
                order._plug4market_readdress(buyer, delivery)
            elif delivery != buyer:
                values = self._prepare_delivery_values(lookup, hub_order, buyer)
                self._complete_partner(delivery, values)

    @api.model
    def _readdress_order(self, lookup, order, hub_order, changes):
        """Move the order to the buyer and the address that have changed."""
        kinds = {change.kind for change in changes}
        if not kinds & {"buyer", "address"}:
            return
        buyer = order.partner_id
        if "buyer" in kinds:
            (buyer,) = self._find_or_create_buyers(lookup, [hub_order])
        (delivery,) = self._find_or_create_deliveries(lookup, [hub_order], [buyer])
        order._plug4market_readdress(buyer, delivery)

    @api.model
    def _revealed_buyer(self, lookup, order, hub_order):
        """The order's buyer, or whom Odoo knows by the document that was hidden."""
        known = lookup.partners.get(lookup.document(hub_order.billing))
        if known and not order.partner_id.vat and order.state in ("draft", "sent"):
            return known
        return order.partner_id

    @api.model
    def _complete_partner(self, partner, values):
        """Write those of ``values`` that ``partner`` lacks."""
        gaps = {
            name: value
            for name, value in values.items()
            if value and self._is_gap(partner, name)
        }
        if not self._is_same_place(partner, values):
            gaps = {name: v for name, v in gaps.items() if name not in PLACE}
            gaps.pop("city_id", None)
        if partner.vat:
            gaps.pop("l10n_latam_identification_type_id", None)
            gaps.pop("is_company", None)
        if gaps:
            partner.with_context(**TRUSTED).write(gaps)

    @api.model
    def _is_gap(self, partner, name):
        """Whether the field of ``partner`` holds nothing that a person would miss."""
        if name in ("type", "parent_id"):
            return False
        if name == "l10n_latam_identification_type_id":
            # Odoo gives every partner a type, which without a number says nothing.
            return True
        current = partner[name]
        if name == "name" and current == self._unnamed():
            return True
        return not current or (isinstance(current, str) and is_masked(current))

    @api.model
    def _has_place(self, partner):
        return not all(self._is_gap(partner, name) for name in ("zip", "street_name"))

    @api.model
    def _is_same_place(self, partner, values):
        """Whether ``partner``'s address contradicts none of ``values``."""
        current = self._place_values(partner)
        return all(
            self._is_gap(partner, name)
            or self._place_key({name: current[name]})
            == self._place_key({name: values[name]})
            for name in PLACE
            if name in values
        )
