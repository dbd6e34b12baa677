from odoo import api, models
from odoo.fields import Command

from .plug4market_connection import naive_utc
from .plug4market_order_lookup import OrderLookup


class Plug4marketOrderImport(models.AbstractModel):
    """Turns hub orders into sale orders: import first, judge later.

    Every order becomes a sale order, whatever is odd about it; what is odd keeps it a
    quotation until a person has looked (``sale.order.plug4market_needs_attention``).
    """

    _name = "plug4market.order.import"
    _description = "Plug4Market Order Import"

    @api.model
    def _import_orders(self, company, hub_orders):
        """Create or update the orders of a batch.

        :return: the sale orders, and the errors of those that could not be written;
            both by hub id
        """
        importer = (
            self.sudo()
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids,
                lang=company._plug4market_lang(),
                tz=company.plug4market_user_id.tz or "America/Sao_Paulo",
            )
        )
        return importer._import_batch(importer.env.company, hub_orders)

    @api.model
    def _lookup(self, company, hub_order):
        return OrderLookup(self.env, company, [hub_order])

    # -- buyers ---------------------------------------------------------------

    @api.model
    def _find_or_create_buyers(self, lookup, hub_orders):
        """The buyer of each order: found by CPF/CNPJ, else created, once a document."""
        missing = {}
        for index, hub_order in enumerate(hub_orders):
            document = lookup.document(hub_order.billing)
            if document not in lookup.partners:
                missing.setdefault(document or index, hub_order.billing)
        created = self.env["res.partner"].create(
            [self._prepare_buyer_values(lookup, party) for party in missing.values()]
        )
        new = dict(zip(missing, created, strict=True))
        return [
            lookup.partners.get(lookup.document(hub_order.billing))
            or new[lookup.document(hub_order.billing) or index]
            for index, hub_order in enumerate(hub_orders)
        ]

    @api.model
    def _prepare_buyer_values(self, lookup, party):
        """A buyer's partner; a masked or invalid document leaves ``vat`` empty."""
        document = lookup.document(party)
        values = {
            "name": party.name or self.env._("Marketplace buyer"),
            "is_company": len(document) == 14,
            "email": party.email or False,
            "vat": document or False,
            **self._prepare_address_values(lookup, party),
        }
        if "l10n_latam_identification_type_id" in self.env["res.partner"]._fields:
            kind = "cnpj" if len(document) == 14 else "cpf"
            id_type = self.env.ref(f"l10n_br.{kind}", raise_if_not_found=False)
            if document and id_type:
                values["l10n_latam_identification_type_id"] = id_type.id
        if "l10n_br_ie_code" in self.env["res.partner"]._fields:
            values["l10n_br_ie_code"] = party.state_registration_id or False
        return values

    @api.model
    def _prepare_address_values(self, lookup, party):
        """The address fields that Odoo and the Brazilian addons share."""
        city = lookup.city(party)
        country = lookup.country(party)
        district = (
            "district" if "district" in self.env["res.partner"]._fields else "street2"
        )
        return {
            "country_id": country.id,
            "state_id": (city.state_id or lookup.state(party)).id,
            "city_id": city.id,
            "city": city.name or party.city or False,
            "zip": party.zip_code or False,
            "street_name": party.street or False,
            "street_number": party.street_number or False,
            "street_number2": party.street_complement or False,
            district: party.district or False,
            "phone": party.phone or False,
        }

    @api.model
    def _find_or_create_deliveries(self, lookup, hub_orders, buyers):
        """Each order's delivery address: the buyer, an equal contact, or a new one."""
        found, missing = [], []
        for hub_order, buyer in zip(hub_orders, buyers, strict=True):
            values = self._prepare_delivery_values(lookup, hub_order, buyer)
            partner = self._match_address(buyer, values)
            found.append(partner)
            if not partner:
                missing.append(values)
        created = iter(self.env["res.partner"].create(missing))
        return [partner or next(created) for partner in found]

    @api.model
    def _prepare_delivery_values(self, lookup, hub_order, buyer):
        party = hub_order.shipping
        if not (party.street or party.city or party.zip_code):
            party = hub_order.billing
        return {
            "name": party.name or hub_order.billing.name or buyer.name,
            "type": "delivery",
            "parent_id": buyer.id,
            **self._prepare_address_values(lookup, party),
        }

    @api.model
    def _match_address(self, buyer, values):
        """The buyer or a contact of the buyer that has just this name and address."""
        compared = [
            name for name in values if name not in ("type", "parent_id", "phone")
        ]
        for partner in buyer | buyer.child_ids:
            current = partner._convert_to_write(
                {name: partner[name] for name in compared}
            )
            if all((current[n] or False) == (values[n] or False) for n in compared):
                return partner
        return self.env["res.partner"]

    # -- orders ---------------------------------------------------------------

    @api.model
    def _prepare_order_values(self, lookup, hub_order, buyer, delivery):
        company = lookup.company
        channel = lookup.channel(hub_order)
        values = {
            **self._prepare_status_values(hub_order),
            "company_id": company.id,
            "partner_id": buyer.id,
            "partner_invoice_id": buyer.id,
            "partner_shipping_id": delivery.id,
            "client_order_ref": hub_order.channel_order_number or hub_order.uid,
            "origin": channel.name or hub_order.channel_name or hub_order.channel,
            "date_order": naive_utc(
                hub_order.channel_created_at or hub_order.created_at
            ),
            "note": hub_order.note or False,
            "plug4market_order_uid": hub_order.uid_key,
            "plug4market_order_uid_raw": hub_order.uid,
            "plug4market_channel_id": channel.id,
            "plug4market_order_type": "1" if hub_order.is_fulfilment else "0",
            "plug4market_document": hub_order.billing.document_id or False,
            "order_line": [
                Command.create(line)
                for line in self._prepare_lines(lookup, hub_order, delivery)
            ],
            **self._prepare_settings_values(company),
        }
        if not values["date_order"]:
            del values["date_order"]
        return values

    @api.model
    def _prepare_settings_values(self, company):
        """What the company's settings say of every marketplace order."""
        chosen = {
            "warehouse_id": company.plug4market_warehouse_ids[:1].id,
            "team_id": company.plug4market_team_id.id,
        }
        values = {name: value for name, value in chosen.items() if value}
        # Nobody sold it: without a choice the robot that imports would be its seller.
        values["user_id"] = company.plug4market_user_id.id
        # Prices are the marketplace's, in reais: a pricelist of the buyer could turn
        # the order into another currency.
        values["pricelist_id"] = company.plug4market_pricelist_id.id
        return values

    @api.model
    def _prepare_status_values(self, hub_order):
        """What the hub says of an order at any time of its life."""
        known = dict(self.env["sale.order"]._fields["plug4market_status"].selection)
        total = hub_order.total_amount
        if total is None:
            total = hub_order.computed_total
        values = {
            "plug4market_hub_status": hub_order.status,
            "plug4market_total": float(total),
            "plug4market_commission": float(hub_order.total_commission or 0),
            "plug4market_handling_limit": naive_utc(hub_order.estimated_handling_limit),
            "plug4market_estimated_delivery": naive_utc(
                hub_order.estimated_delivered_at
            ),
        }
        if hub_order.status in known:
            values["plug4market_status"] = hub_order.status
        return values

    # -- lines ----------------------------------------------------------------

    @api.model
    def _prepare_lines(self, lookup, hub_order, delivery):
        """The items, then freight and interest as lines of their own products."""
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(lookup.company)
            ._get_fiscal_position(delivery, delivery=delivery)
        )
        lines = [
            self._prepare_line_values(lookup, item, fiscal_position)
            for item in hub_order.items
        ]
        extras = {
            "product_freight": hub_order.freight_total,
            "product_interest": hub_order.interest,
        }
        for xmlid, amount in extras.items():
            if amount:
                product = self.env.ref(f"plug4market_connector.{xmlid}")
                lines.append(self._prepare_extra_values(product, amount))
        return lines

    @api.model
    def _prepare_line_values(self, lookup, item, fiscal_position):
        product = lookup.product(item.sku, item.custom_id)
        taxes = self.env["account.tax"]
        if product:
            taxes = product.taxes_id._filter_taxes_by_company(lookup.company)
            taxes = fiscal_position.map_tax(taxes)
        else:
            product = self.env.ref("plug4market_connector.product_placeholder")
        return {
            "product_id": product.id,
            "name": item.name or product.display_name,
            "product_uom_qty": float(item.quantity),
            "price_unit": float(item.unit_price),
            "discount": 0.0,
            "tax_ids": [
                Command.set(taxes._plug4market_apply_policy(lookup.company).ids)
            ],
            "plug4market_sku": item.sku or item.custom_id or False,
            "plug4market_item_id": item.order_item_id or False,
        }

    @api.model
    def _prepare_extra_values(self, product, amount):
        """A line for an amount that is no product: freight, interest, difference."""
        return {
            "product_id": product.id,
            "name": product.name,
            "product_uom_qty": 1.0,
            "price_unit": float(amount),
            "discount": 0.0,
            "tax_ids": [Command.clear()],
        }
