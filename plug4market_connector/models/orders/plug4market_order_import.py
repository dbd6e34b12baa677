from psycopg2 import DatabaseError

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ...hub import document_kind, naive_utc, normalise_document
from ...nfe import payment_code
from ...transaction import fall_out
from .order_changes import read_facts
from .order_lookup import OrderLookup
from .total_arithmetic import shares


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
                plug4market_from_hub=True,
                # The salesperson follows each order; no note says so each time.
                mail_auto_subscribe_no_notify=True,
            )
        )
        return importer._import_batch(importer.env.company, hub_orders)

    # -- orders ---------------------------------------------------------------

    @api.model
    def _prepare_order_values(self, lookup, hub_order, buyer, delivery):
        company = lookup.company
        channel = lookup.channel(hub_order)
        fiscal_position = (
            self.env["account.fiscal.position"]
            .with_company(company)
            ._get_fiscal_position(buyer, delivery)
        )
        values = {
            **self._prepare_status_values(hub_order),
            **self._prepare_amount_values(hub_order),
            **self._prepare_identity_values(lookup, hub_order),
            "company_id": company.id,
            "partner_id": buyer.id,
            "partner_shipping_id": delivery.id,
            "note": hub_order.note and plaintext2html(hub_order.note),
            "fiscal_position_id": fiscal_position.id,
            "plug4market_order_uid": hub_order.uid_key,
            "plug4market_order_uid_raw": hub_order.uid,
            "plug4market_channel_id": channel.id,
            "plug4market_facts": read_facts(hub_order),
            "plug4market_known_at": fields.Datetime.now(),
            "plug4market_document": hub_order.billing.document_id or False,
            "plug4market_doubts": self._prepare_doubts_values(lookup, hub_order),
            "order_line": [
                Command.create(line)
                for line in self._prepare_lines(lookup, hub_order, fiscal_position)
            ],
            **self._prepare_settings_values(company),
            **self._prepare_fiscal_values(lookup),
        }
        if hub_order.is_fulfilment and company.plug4market_fulfilment_warehouse_id:
            values["warehouse_id"] = company.plug4market_fulfilment_warehouse_id.id
        return values

    @api.model
    def _prepare_identity_values(self, lookup, hub_order):
        """What kind of order it is, of when, and by which numbers it goes."""
        channel = lookup.channel(hub_order)
        values = {
            "client_order_ref": hub_order.channel_order_number or hub_order.uid,
            "origin": channel.name or hub_order.channel_name or hub_order.channel,
            "plug4market_order_type": "1" if hub_order.is_fulfilment else "0",
        }
        moment = hub_order.channel_created_at or hub_order.created_at
        return values | {"date_order": naive_utc(moment)} if moment else values

    @api.model
    def _prepare_amount_values(self, hub_order):
        """What the lines come to; nobody but who makes the lines writes these."""
        total = hub_order.total_amount
        if total is None:
            total = hub_order.computed_total
        charges = hub_order.charges
        return {
            "plug4market_total": float(total),
            "plug4market_freight": float(charges.freight),
            "plug4market_interest": float(charges.interest),
        }

    @api.model
    def _prepare_doubts_values(self, lookup, hub_order):
        """What keeps the order from being a certain sale, as a Json field keeps it."""
        doubts = [*hub_order.doubts, *lookup.place_doubts(hub_order)]
        return [list(doubt) for doubt in doubts] or False

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
        pricelist = company.plug4market_pricelist_id
        own = pricelist.currency_id == company.currency_id
        values["pricelist_id"] = pricelist.id if own else False
        return values

    @api.model
    def _prepare_status_values(self, hub_order):
        """What the hub says of an order at any time of its life."""
        known = dict(self.env["sale.order"]._fields["plug4market_status"].selection)
        values = {
            "plug4market_hub_status": hub_order.status,
            "plug4market_commission": float(hub_order.total_commission or 0),
            "plug4market_payment": self._payment_text(hub_order) or False,
            "plug4market_hub_nfe_key": hub_order.invoice
            and hub_order.invoice.access_key,
            **self._prepare_intermediary_values(hub_order),
            "plug4market_channel_document": self._channel_document(hub_order),
            "plug4market_handling_limit": naive_utc(hub_order.estimated_handling_limit),
            "plug4market_estimated_delivery": naive_utc(
                hub_order.estimated_delivered_at
            ),
        }
        if hub_order.status in known:
            values["plug4market_status"] = hub_order.status
        return values

    @api.model
    def _payment_text(self, hub_order):
        """How the order was paid, one payment a line, for people to read."""
        currency = self.env.company.currency_id
        lines = []
        for payment in hub_order.payments:
            parts = [payment.method, payment.card_brand]
            if payment.value is not None:
                parts.append(currency.format(float(payment.value)))
            if (payment.installments or 0) > 1:
                parts.append(f"({payment.installments}x)")
            lines.append(" ".join(filter(None, parts)))
        return "\n".join(filter(None, lines))

    @api.model
    def _channel_document(self, hub_order):
        """The marketplace's CNPJ as the order names it; False when it is none."""
        document = normalise_document(hub_order.channel_document)
        return document if document_kind(document) == "cnpj" else False

    @api.model
    def _fill_channels(self, lookup, hub_orders):
        """Give channels without a CNPJ the one that their orders name."""
        for hub_order in hub_orders:
            document = self._channel_document(hub_order)
            channel = lookup.channel(hub_order).sudo()
            if document and channel and not (channel.cnpj or channel.own_site):
                channel.cnpj = document

    @api.model
    def _prepare_intermediary_values(self, hub_order):
        """What the hub tells of the payment for the NF-e."""
        payments = sorted(
            hub_order.payments, key=lambda payment: payment.value or 0, reverse=True
        )
        codes = dict.fromkeys(payment_code(p.method) for p in payments if p.method)
        return {
            "plug4market_payment_codes": ", ".join(codes),
        }

    # -- writing in batch -----------------------------------------------------
    # Writes orders in batch: one bad order falls out of it alone.

    @api.model
    def _import_batch(self, company, hub_orders):
        by_uid = {hub_order.uid_key: hub_order for hub_order in hub_orders}
        known = self.env["sale.order"]._plug4market_find(company, list(by_uid))
        refused = self._update_orders(company, known, by_uid)
        known_uids = set(known.mapped("plug4market_order_uid"))
        new = [order for uid, order in by_uid.items() if uid not in known_uids]
        created, not_created = self._create_orders(company, new)
        refused.update(not_created)
        return {
            order.plug4market_order_uid: order
            for order in known | created
            if order.plug4market_order_uid not in refused
        }, refused

    @api.model
    def _update_orders(self, company, orders, by_uid):
        """Write what the hub says of orders that are in Odoo; return what failed."""
        _done, failed = fall_out(
            self.env, orders, lambda part: self._write_news(company, part, by_uid)
        )
        return {order.plug4market_order_uid: error for order, error in failed}

    @api.model
    def _write_news(self, company, orders, by_uid):
        """Write what the hub says of these orders, and let them go on."""
        waiting = orders.filtered("plug4market_needs_attention")
        news = [by_uid[order.plug4market_order_uid] for order in orders]
        lookup = OrderLookup(self.env, company, news)
        for order in orders:
            order._plug4market_apply(by_uid[order.plug4market_order_uid])
        self._complete_buyers(lookup, orders, by_uid)
        for order in orders:
            hub_order = by_uid[order.plug4market_order_uid]
            order._plug4market_follow(lookup, hub_order)
            order._plug4market_keep_doubts(
                self._prepare_doubts_values(lookup, hub_order)
            )
        waiting._plug4market_go_on()
        orders._plug4market_ship_fulfilment()

    @api.model
    def _create_orders(self, company, hub_orders):
        """Create the orders and let them go on; return what failed, too."""
        # A creation and its confirmation are one change, not two to be told of.
        importer = self.with_context(mail_notrack=True)
        batches, failed = fall_out(
            self.env, hub_orders, lambda part: importer._prepare_batch(company, part)
        )
        refused = {hub_order.uid_key: error for (hub_order,), error in failed}
        prepared, new_partners = [], self.env["res.partner"]
        for values, not_prepared, partners in batches:
            prepared += values
            refused.update(not_prepared)
            new_partners |= partners
        batches, failed = fall_out(self.env, prepared, importer._create_prepared)
        refused.update({uid: error for ((uid, _values),), error in failed})
        orders = importer.env["sale.order"].union(*batches)
        if refused:
            used = orders.partner_id | orders.partner_shipping_id
            used |= orders.partner_invoice_id
            (new_partners - used).unlink()
        if orders:
            orders._plug4market_enqueue("confirm")
            orders._plug4market_go_on()
        return orders, refused

    @api.model
    def _prepare_batch(self, company, hub_orders):
        """Create who buys; return (hub id, values) of the orders, what failed, and who.

        An order that cannot be prepared is known by name: nobody is asked twice.
        """
        lookup = OrderLookup(self.env, company, hub_orders)
        self._fill_channels(lookup, hub_orders)
        buyers = self._find_or_create_buyers(lookup, hub_orders)
        deliveries = self._find_or_create_deliveries(lookup, hub_orders, buyers)
        invoiced = self._find_or_create_invoice_addresses(lookup, hub_orders, buyers)
        prepared, refused = [], {}
        for hub_order, *partners, invoiced_to in zip(
            hub_orders, buyers, deliveries, invoiced, strict=True
        ):
            try:
                values = self._prepare_order_values(lookup, hub_order, *partners)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001  one bad order stops no other
                refused[hub_order.uid_key] = error
            else:
                values = {"partner_invoice_id": invoiced_to.id, **values}
                prepared.append((hub_order.uid_key, values))
        known = self.env["res.partner"].union(*lookup.partners.values())
        partners = (
            known.union(*buyers, *deliveries, *invoiced) - known - known.child_ids
        )
        return prepared, refused, partners

    @api.model
    def _create_prepared(self, prepared):
        orders = self.env["sale.order"].create([values for _uid, values in prepared])
        orders._plug4market_settle_totals()
        return orders

    # -- the lines ------------------------------------------------------------
    # What was bought: items, and the amounts around them, as lines.

    @api.model
    def _prepare_lines(self, lookup, hub_order, fiscal_position):
        """The items, then freight, interest and discount as far as the total counts."""
        items = [
            self._prepare_line_values(lookup, item, fiscal_position)
            for item in hub_order.items
        ]
        charges = hub_order.charges
        if self._fiscal_operation(lookup):
            return self._with_fiscal_charges(lookup, items, charges)
        return items + [
            self._prepare_extra_values(lookup, xmlid, amount, fiscal_position)
            for xmlid, amount in self._extra_amounts(charges).items()
            if amount
        ]

    @api.model
    def _extra_amounts(self, charges):
        """The amount of each line that is no item, by its product."""
        return {
            "product_freight": charges.freight,
            "product_interest": charges.interest,
            "product_discount": -charges.discount,
        }

    @api.model
    def _prepare_line_values(self, lookup, item, fiscal_position):
        product = lookup.product(item) or lookup.ref(
            "plug4market_connector.product_placeholder"
        )
        taxes = lookup.taxes(product, fiscal_position)
        return {
            "product_id": product.id,
            "name": item.name or product.display_name,
            "product_uom_qty": float(item.quantity),
            "price_unit": float(item.unit_price),
            # Odoo takes a price that is not the technical one for typed, and keeps it.
            "technical_price_unit": 0.0,
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
            "plug4market_sku": item.sku or item.custom_id or False,
            "plug4market_item_id": item.order_item_id or False,
        }

    @api.model
    def _prepare_extra_values(self, lookup, xmlid, amount, fiscal_position):
        """A line for an amount that is no product: freight, interest, difference."""
        product = lookup.ref(f"plug4market_connector.{xmlid}")
        taxes = lookup.taxes(product, fiscal_position)
        return {
            "product_id": product.id,
            "name": product.name,
            "product_uom_qty": 1.0,
            "price_unit": float(amount),
            "discount": 0.0,
            "tax_ids": [Command.set(taxes.ids)],
        }

    # -- OCA's Brazilian localisation -----------------------------------------

    @api.model
    def _fiscal_operation(self, lookup):
        """The fiscal operation of a sale where OCA's addons are installed.

        An order without one has a total of zero there, and a line without one is left
        out of the invoice.
        """
        if "fiscal_operation_id" not in self.env["sale.order"]._fields:
            return None
        company = lookup.company
        chosen = "sale_fiscal_operation_id" in company._fields
        return (chosen and company.sale_fiscal_operation_id) or lookup.ref(
            "l10n_br_fiscal.fo_venda"
        )

    @api.model
    def _prepare_fiscal_values(self, lookup):
        operation = self._fiscal_operation(lookup)
        return {"fiscal_operation_id": operation.id} if operation else {}

    @api.model
    def _with_fiscal_charges(self, lookup, lines, charges):
        """``lines`` as OCA's addons want them: what is no product is in its own field.

        A service line for freight would be missing in the invoice. The operation brings
        the taxes, which are inside the price but for IPI.
        """
        weights = [line["price_unit"] * line["product_uom_qty"] for line in lines]
        rounded = lookup.company.currency_id.round
        freight, interest, discount = (
            shares(float(amount), weights, rounded)
            for amount in (charges.freight, charges.interest, charges.discount)
        )
        for place, line in enumerate(lines):
            line["freight_value"] = freight[place]
            line["other_value"] = interest[place]
            line["price_unit"] -= discount[place] / (line["product_uom_qty"] or 1.0)
        for line in lines:
            del line["tax_ids"]
            line.update(self._prepare_fiscal_values(lookup))
        return lines
