"""What each step does in Odoo, as a person or the marketplace does it.

A function bears the name of its step and returns the products that it was about; None
when there was nothing to do it with.
"""

import itertools
import uuid
from datetime import timedelta

from odoo import Command, fields

from odoo.addons.plug4market_connector.hub import HubOrder

from .hub import connect, order_json

GOODS = 10


class World:
    """A shop with products on sale, and the hub that it speaks to."""

    def __init__(self, env, hub, draw, profiles=()):
        context = {**env.context, "tracking_disable": True, "mail_notrack": True}
        self.env = env(context=context)
        self.hub, self.draw, self.profiles = hub, draw, set(profiles)
        self.numbers = itertools.count(1)
        self.company = self.env.company
        self.companies = self.company
        self.off = set()
        self.prepare()

    # -- what there is at the beginning ---------------------------------------

    def prepare(self):
        env = self.env
        self.company.plug4market_order_target = "quotation"
        self.partner = env["res.partner"].create({"name": "Oracle Buyer"})
        for name in ("First", "Second"):
            self.new_warehouse(name)
        self.categories = env["product.category"].create({"name": "Oracle"})
        self.categories |= env["product.category"].create(
            {"name": "Oracle Special", "parent_id": self.categories.id}
        )
        self.pricelists = env["product.pricelist"].create(
            [
                {"name": name, "currency_id": self.company.currency_id.id}
                for name in ("Oracle Store", "Oracle Base")
            ]
        )
        self.goods = self.fresh = env["product.product"]
        for _number in range(GOODS):
            self.goods |= self.new_product()
        self.kits = env["product.product"]
        if "mrp" in self.profiles:
            for _number in range(3):
                self.new_kit()
        self.lots = env["product.product"]
        if "expiry" in self.profiles:
            for _number in range(3):
                self.lots |= self.new_product(tracking="lot", use_expiration_date=True)
        self.publish(self.company, self.published())
        if "companies" in self.profiles:
            self.companies |= self.new_company()

    def published(self):
        return self.goods | self.kits | self.lots

    def publish(self, company, products):
        self.env["plug4market.sku"].with_company(company)._offer(company, products)

    def new_company(self):
        """A second store, in another currency, that sells the same products."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        company = self.env["res.company"].create(
            {
                "name": "Oracle Dollar",
                "currency_id": dollar.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        company.currency_id = dollar
        if not self.env["stock.warehouse"].search([("company_id", "=", company.id)]):
            self.env["stock.warehouse"].create(
                {"name": "Oracle Dollar", "code": "OUSD", "company_id": company.id}
            )
        connect(company, "11222333000262")
        self.publish(company, self.goods)
        return company

    def new_warehouse(self, name):
        number = next(self.numbers)
        return self.env["stock.warehouse"].create(
            {"name": f"Oracle {name} {number}", "code": f"O{number}"}
        )

    def new_product(self, **values):
        number = next(self.numbers)
        return self.env["product.product"].create(
            {
                "name": f"Product {number}",
                "default_code": f"ORA-{number}",
                "list_price": self.price(),
                "standard_price": self.price(),
                "categ_id": self.draw.one(self.categories).id,
                "type": "consu",
                "is_storable": True,
                "weight": 0.35,
                "description_sale": "Oracle",
                "plug4market_width": 12,
                "plug4market_height": 10,
                "plug4market_length": 9,
                **values,
            }
        )

    def new_kit(self):
        kit = self.new_product()
        parts = self.draw.two(self.goods)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "product_qty": self.draw.whole(1, 2),
                "bom_line_ids": [
                    Command.create(
                        {"product_id": part.id, "product_qty": self.draw.whole(0, 3)}
                    )
                    for part in parts
                ],
            }
        )
        self.kits |= kit
        return kit

    # -- choosing -------------------------------------------------------------

    def one(self, records):
        """One of them by chance; empty when there is none."""
        return records.browse(self.draw.one(records.ids)) if records else records

    def price(self):
        return float(self.draw.cents(5, 300))

    def count(self, most=8):
        return self.draw.whole(1, most)

    def good(self):
        return self.one(self.goods.filtered("active"))

    def warehouse(self):
        own = [("company_id", "=", self.company.id)]
        return self.one(self.env["stock.warehouse"].search(own))

    def quotations(self):
        return self.env["sale.order"].search(
            [
                ("plug4market_order_uid", "!=", False),
                ("state", "in", ("draft", "sent")),
            ]
        )

    def add_stock(self, product, count, location, lot=None):
        """Goods come in, by a move that is done."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.move(product, count, supplier, location, lot)

    def move(self, product, count, source, target, lot=None):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": count,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": (target.company_id or source.company_id).id,
            }
        )
        move._action_confirm()
        if lot:
            move.move_line_ids.unlink()
            self.env["stock.move.line"].create(
                {
                    "move_id": move.id,
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "quantity": count,
                    "location_id": source.id,
                    "location_dest_id": target.id,
                }
            )
        else:
            move.quantity = count
        move.picked = True
        move._action_done()
        return move

    def sale(self, products, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "warehouse_id": self.warehouse().id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": self.count(4),
                            "price_unit": 10,
                        }
                    )
                    for product in products
                ],
                **values,
            }
        )

    def imported(self):
        """An order of the marketplace, as the connector imports it: a quotation."""
        sold = self.one(self.published().filtered("active"))
        sold |= self.one(self.published().filtered("active"))
        items = [(product.default_code, self.count(4)) for product in sold]
        told = order_json(
            str(uuid.UUID(int=self.draw.random.getrandbits(128))),
            items,
            order_type=int(self.draw.chance(0.1)),
        )
        _orders, refused = self.env["plug4market.order.import"]._import_orders(
            self.company, [HubOrder.from_json(told)]
        )
        if refused:
            raise next(iter(refused.values()))
        return self.env["sale.order"].search(
            [("plug4market_order_uid", "=", told["id"].lower())]
        )

    def deliver(self, picking, share=1.0):
        for move in picking.move_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        ):
            move.quantity = max(1, int(move.product_uom_qty * share))
            move.picked = True
        picking._action_done()

    def pickings(self):
        return self.env["stock.picking"].search(
            [
                ("state", "in", ("confirmed", "waiting", "assigned")),
                ("picking_type_code", "in", ("outgoing", "internal")),
            ]
        )


# -- goods come and go --------------------------------------------------------


def receipt(world):
    product = world.good()
    world.add_stock(product, world.count(20), world.warehouse().lot_stock_id)
    return product


def counter_sale(world):
    product = world.good()
    order = world.sale(product)
    order.action_confirm()
    if world.draw.chance(0.6):
        for picking in order.picking_ids:
            world.deliver(picking, world.draw.one((0.5, 1.0)))
    return product


def delivery(world, share=1.0):
    picking = world.one(world.pickings())
    if not picking:
        return None
    products = picking.move_ids.product_id
    world.deliver(picking, share)
    return products


def partial_delivery(world):
    return delivery(world, 0.5)


def delivery_steps(world):
    warehouse = world.warehouse()
    warehouse.delivery_steps = world.draw.one(
        ("ship_only", "pick_ship", "pick_pack_ship")
    )
    return world.goods


def returned(world):
    done = world.env["stock.move"].search(
        [("state", "=", "done"), ("location_dest_id.usage", "=", "customer")], limit=50
    )
    move = world.one(done)
    if not move:
        return None
    stock = world.warehouse().lot_stock_id
    world.move(move.product_id, 1, move.location_dest_id, stock)
    return move.product_id


def scrapped(world):
    quant = _quant(world)
    if not quant:
        return None
    scrap = world.env["stock.scrap"].create(
        {
            "product_id": quant.product_id.id,
            "scrap_qty": 1,
            "location_id": quant.location_id.id,
            "lot_id": quant.lot_id.id,
        }
    )
    scrap.do_scrap()
    return quant.product_id


def _quant(world):
    return world.one(
        world.env["stock.quant"].search(
            [
                ("product_id", "in", world.published().ids),
                ("location_id.usage", "=", "internal"),
                ("company_id", "=", world.company.id),
                ("quantity", ">", 0),
            ]
        )
    )


def counted(world):
    quant = _quant(world)
    if not quant:
        return None
    quant = quant.with_context(inventory_mode=True)
    quant.inventory_quantity = world.draw.whole(0, 15)
    quant.action_apply_inventory()
    return quant.product_id


def moved_between_warehouses(world):
    quant = _quant(world)
    if not quant:
        return None
    target = world.warehouse().lot_stock_id
    world.move(quant.product_id, 1, quant.location_id, target, quant.lot_id)
    return quant.product_id


def location_moved(world):
    """A shelf, with what lies on it, is another warehouse's from now on."""
    shelves = world.env["stock.location"].search([("name", "=like", "Shelf %")])
    if len(shelves) < 2:
        parent = world.warehouse().lot_stock_id
        shelves = world.env["stock.location"].create(
            {"name": f"Shelf {next(world.numbers)}", "location_id": parent.id}
        )
    shelf = world.one(shelves)
    product = world.good()
    if not shelf.quant_ids or world.draw.chance(0.3):
        world.add_stock(product, world.count(), shelf)
    else:
        product = shelf.quant_ids.product_id
        shelf.location_id = world.warehouse().lot_stock_id
    return product


# -- the marketplace's orders -------------------------------------------------


def imported_quotation(world):
    return world.imported().order_line.product_id


def imported_order(world):
    order = world.imported()
    order.action_confirm()
    return order.order_line.product_id


def _line(world):
    return world.one(world.quotations().order_line)


def quotation_quantity(world):
    line = _line(world)
    if not line:
        return None
    line.product_uom_qty = world.count(6)
    return line.product_id


def quotation_product(world):
    line = _line(world)
    if not line:
        return None
    before = line.product_id
    line.product_id = world.good()
    return before | line.product_id


def quotation_line_removed(world):
    line = _line(world)
    if not line:
        return None
    product = line.product_id
    line.unlink()
    return product


def quotation_confirmed(world):
    order = world.one(world.quotations().filtered("order_line"))
    if not order:
        return None
    order.action_confirm()
    return order.order_line.product_id


def quotation_cancelled(world):
    order = world.one(world.quotations())
    if not order:
        return None
    order._action_cancel()
    return order.order_line.product_id


def quotation_status(world):
    order = world.one(world.quotations())
    if not order:
        return None
    status = world.draw.one(("INVOICED", "SHIPPED", "CANCELED"))
    order.with_context(plug4market_from_hub=True).plug4market_status = status
    return order.order_line.product_id


# -- settings of the company --------------------------------------------------


def buffer(world):
    world.company.plug4market_stock_buffer = world.draw.whole(0, 3)
    return world.published()


def warehouses_chosen(world):
    own = world.env["stock.warehouse"].search([("company_id", "=", world.company.id)])
    chosen = world.draw.one(([], [world.one(own).id], own.ids[:2]))
    world.company.plug4market_warehouse_ids = [Command.set(chosen)]
    return world.published()


def warehouse_archived(world):
    """The first one, when nothing is chosen: another becomes the first."""
    own = world.env["stock.warehouse"].search([("company_id", "=", world.company.id)])
    if len(own) < 3 or world.company.plug4market_warehouse_ids:
        world.new_warehouse("Later").sequence = world.draw.whole(0, 20)
    else:
        own[0].active = False
    return world.published()


def company_off(world):
    world.company.plug4market_active = False
    return world.published()


def company_on(world):
    if world.company.plug4market_active:
        return None
    world.company.plug4market_active = True
    return world.published()


# -- products -----------------------------------------------------------------


def sku_renamed(world):
    product = world.good()
    product.default_code = f"ORA-{next(world.numbers)}"
    return product


def skus_swapped(world):
    first, second = world.draw.two(list(world.goods.filtered("active")))
    codes = first.default_code, second.default_code
    first.default_code = False
    second.default_code, first.default_code = codes
    return first | second


def archived(world):
    active = world.goods.filtered("active")
    if len(active) < GOODS - 3:
        return None
    product = world.one(active)
    product.active = False
    return product


def unarchived(world):
    product = world.one(world.goods.filtered(lambda p: not p.active))
    if not product:
        return None
    product.active = True
    return product


def deleted(world):
    """A product is published, and deleted after a while: it never had any stock."""
    product = world.fresh
    if not product:
        world.fresh = world.new_product()
        world.publish(world.company, world.fresh)
        return world.fresh
    world.fresh = product.browse()
    product.unlink()
    return world.fresh


def disabled(world):
    product = world.good()
    product.plug4market_enabled = False
    return product


def enabled(world):
    product = world.one(world.goods.filtered(lambda p: not p.plug4market_enabled))
    if not product:
        return None
    product.plug4market_enabled = True
    return product


# -- prices -------------------------------------------------------------------


def list_price(world):
    product = world.good()
    product.list_price = world.price()
    return product


def cost(world):
    product = world.good()
    product.standard_price = world.price()
    return product


def price_override(world):
    product = world.good().with_company(world.company)
    if world.draw.chance(0.5):
        product.plug4market_price = world.price()
    else:
        row = world.env["plug4market.sku"]._ensure(world.company, product)
        if row.price_override:
            product._plug4market_override("price_override", False)
    return product


def _rule_values(world):
    draw = world.draw
    about = draw.one(
        (
            {"applied_on": "3_global"},
            {
                "applied_on": "2_product_category",
                "categ_id": world.one(world.categories).id,
            },
            {
                "applied_on": "1_product",
                "product_tmpl_id": world.good().product_tmpl_id.id,
            },
            {"applied_on": "0_product_variant", "product_id": world.good().id},
        )
    )
    how = draw.one(
        (
            {"compute_price": "fixed", "fixed_price": world.price()},
            {"compute_price": "percentage", "percent_price": draw.whole(1, 50)},
            {
                "compute_price": "formula",
                "price_discount": draw.whole(0, 30),
                "price_round": draw.one((0, 0.05, 1)),
                "price_surcharge": draw.whole(0, 5),
                "price_min_margin": draw.whole(0, 5),
                "price_max_margin": draw.whole(6, 60),
            },
        )
    )
    base = draw.one(("list_price", "standard_price", "list_price"))
    if base == "standard_price" and how["compute_price"] == "formula":
        how = {**how, "price_discount": 0, "price_markup": draw.whole(0, 40)}
    return {**about, **how, "base": base}


def rule_created(world):
    pricelist = world.one(world.pricelists)
    store, other = world.pricelists
    values = {**_rule_values(world), "pricelist_id": pricelist.id}
    if (
        pricelist == store
        and values["compute_price"] != "fixed"
        and world.draw.chance(0.4)
    ):
        values = {**values, "base": "pricelist", "base_pricelist_id": other.id}
        if "price_markup" in values:
            values["price_discount"] = values.pop("price_markup")
    days = world.draw.one((None, None, -3, 3))
    if days:
        values["date_start"] = fields.Datetime.now() + timedelta(days=days)
    world.env["product.pricelist.item"].create(values)
    return world.published()


def _rule(world):
    return world.one(world.pricelists.item_ids)


def rule_changed(world):
    rule = _rule(world)
    if not rule:
        return None
    if rule.compute_price == "fixed":
        rule.fixed_price = world.price()
    elif rule.compute_price == "percentage":
        rule.percent_price = world.draw.whole(1, 50)
    else:
        rule.price_surcharge = world.draw.whole(0, 9)
    return world.published()


def rule_deleted(world):
    rule = _rule(world)
    if not rule:
        return None
    rule.unlink()
    return world.published()


def rule_begins(world):
    """Time passes: the day of a rule has come, and nobody writes anything."""
    later = fields.Datetime.now()
    rule = world.one(
        world.pricelists.item_ids.filtered(
            lambda r: r.date_start and r.date_start > later
        )
    )
    if not rule:
        return None
    world.env.flush_all()
    world.env.cr.execute(
        "UPDATE product_pricelist_item SET date_start = %s WHERE id = %s",
        [later, rule.id],
    )
    world.env.invalidate_all()
    return world.published()


def pricelist_chosen(world):
    store, _base = world.pricelists
    chosen = world.draw.one((store, store, store.browse()))
    world.company.plug4market_pricelist_id = chosen
    return world.published()


# -- the hub ------------------------------------------------------------------


def hub_refuses_content(world):
    product = world.good()
    world.hub.refused.add(product.default_code)
    product.name = f"Product {next(world.numbers)} with too long a name"
    return product


def hub_accepts_content(world):
    world.hub.refused.clear()
    return world.goods.browse()


def hub_unavailable(world):
    world.hub.troubles += ["unavailable"] * world.count(3)
    return world.goods.browse()


def hub_silent(world):
    world.hub.troubles += ["silent"] * world.count(3)
    return world.goods.browse()


def answer_lost(world):
    world.hub.troubles += ["lost"] * world.count(2)
    return world.goods.browse()


# -- kits ---------------------------------------------------------------------


def _boms(world, **values):
    boms = world.env["mrp.bom"].with_context(active_test=False)
    own = [("product_tmpl_id", "in", world.kits.product_tmpl_id.ids)]
    return boms.search(own + [(name, "=", value) for name, value in values.items()])


def _bom(world):
    return world.one(_boms(world, active=True))


def kit_quantity(world):
    line = world.one(_bom(world).bom_line_ids)
    if not line:
        return None
    line.product_qty = world.draw.whole(0, 4)
    return world.kits


def kit_component_added(world):
    bom = _bom(world)
    if not bom or len(bom.bom_line_ids) > 3:
        return None
    bom.bom_line_ids = [
        Command.create({"product_id": world.good().id, "product_qty": world.count(3)})
    ]
    return world.kits


def kit_component_removed(world):
    bom = _bom(world)
    if len(bom.bom_line_ids) < 2:
        return None
    world.one(bom.bom_line_ids).unlink()
    return world.kits


def kit_archived(world):
    bom = _bom(world)
    if not bom:
        return None
    bom.active = False
    return world.kits


def kit_unarchived(world):
    bom = world.one(_boms(world, active=False))
    if not bom:
        return None
    bom.active = True
    return world.kits


def kit_type(world):
    bom = _bom(world)
    if not bom:
        return None
    bom.type = "normal" if bom.type == "phantom" else "phantom"
    return world.kits


def kit_created(world):
    if len(world.kits) > 5:
        return None
    kit = world.new_kit()
    world.publish(world.company, kit)
    return kit


def manufactured(world):
    product, part = world.draw.two(list(world.goods.filtered("active")))
    order = world.env["mrp.production"].create(
        {
            "product_id": product.id,
            "product_qty": 1,
            "bom_id": False,
            "move_raw_ids": [
                Command.create({"product_id": part.id, "product_uom_qty": 1})
            ],
        }
    )
    order.action_confirm()
    if world.draw.chance(0.7):
        order.qty_producing = 1
        order.move_raw_ids.quantity = 1
        order.move_raw_ids.picked = True
        order._post_inventory()
        order.state = "done"
    return product | part


# -- lots that expire ---------------------------------------------------------


def lot_received(world):
    product = world.one(world.lots)
    lot = world.env["stock.lot"].create(
        {
            "name": f"LOT-{next(world.numbers)}",
            "product_id": product.id,
            "removal_date": fields.Datetime.now() + timedelta(days=30),
        }
    )
    world.add_stock(product, world.count(), world.warehouse().lot_stock_id, lot)
    return product


def _lot(world, days):
    lot = world.one(
        world.env["stock.lot"].search([("product_id", "in", world.lots.ids)])
    )
    if not lot:
        return None
    lot.removal_date = fields.Datetime.now() + timedelta(days=days)
    return lot.product_id


def lot_expires(world):
    return _lot(world, -1)


def lot_lasts(world):
    return _lot(world, 30)


# -- another company ----------------------------------------------------------


def _other(world):
    return world.companies - world.company


def other_company_receipt(world):
    product = world.good()
    warehouse = world.env["stock.warehouse"].search(
        [("company_id", "=", _other(world).id)], limit=1
    )
    world.add_stock(product, world.count(), warehouse.lot_stock_id)
    return product


def other_company_price(world):
    product = world.good().with_company(_other(world))
    product.plug4market_price = world.price()
    return product


def rate(world):
    """The day's rate of the other company's currency."""
    today = fields.Date.today()
    currency, company = _other(world).currency_id, _other(world)
    rates = currency.rate_ids.filtered(lambda r: r.name == today)
    rates = rates.filtered(lambda r: not r.company_id or r.company_id == company)
    if rates:
        rates[0].rate = world.draw.whole(2, 9) / 10
    else:
        world.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": today,
                "rate": 0.2,
                "company_id": False,
            }
        )
    return world.published()
