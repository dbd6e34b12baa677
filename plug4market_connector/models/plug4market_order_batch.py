from psycopg2 import DatabaseError

from odoo import api, models

from ..transaction import fall_out
from .plug4market_order_blame import split_by_blame
from .plug4market_order_lookup import OrderLookup


class Plug4marketOrderImport(models.AbstractModel):
    """Writes orders in batch: one bad order falls out of it alone."""

    _inherit = "plug4market.order.import"

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
        for order in orders:
            order._plug4market_apply(by_uid[order.plug4market_order_uid])
        news = [by_uid[order.plug4market_order_uid] for order in orders]
        self._complete_buyers(OrderLookup(self.env, company, news), orders, by_uid)
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
        batches, failed = fall_out(
            self.env, prepared, importer._create_prepared, split_by_blame
        )
        refused.update({uid: error for ((uid, _values),), error in failed})
        orders = importer.env["sale.order"].union(*batches)
        if refused:
            used = orders.partner_id | orders.partner_shipping_id
            (new_partners - used).unlink()
        if orders:
            orders._plug4market_mark_stock()
            orders._plug4market_enqueue("confirm")
            orders._plug4market_go_on()
        return orders, refused

    @api.model
    def _prepare_batch(self, company, hub_orders):
        """Create who buys; return (hub id, values) of the orders, what failed, and who.

        An order that cannot be prepared is known by name: nobody is asked twice.
        """
        lookup = OrderLookup(self.env, company, hub_orders)
        buyers = self._find_or_create_buyers(lookup, hub_orders)
        deliveries = self._find_or_create_deliveries(lookup, hub_orders, buyers)
        prepared, refused = [], {}
        for hub_order, *partners in zip(hub_orders, buyers, deliveries, strict=True):
            try:
                values = self._prepare_order_values(lookup, hub_order, *partners)
            except DatabaseError:
                raise
            except Exception as error:  # noqa: BLE001  one bad order stops no other
                refused[hub_order.uid_key] = error
            else:
                prepared.append((hub_order.uid_key, values))
        known = self.env["res.partner"].union(*lookup.partners.values())
        partners = known.union(*buyers, *deliveries) - known - known.child_ids
        return prepared, refused, partners

    @api.model
    def _create_prepared(self, prepared):
        orders = self.env["sale.order"].create([values for _uid, values in prepared])
        orders._plug4market_settle_totals()
        return orders
