"""The shop in which steps are played, and what several of them do."""

import itertools
import uuid
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

from odoo.addons.plug4market_connector.hub import HubOrder

from .hub import connect, order_json

SINGLES = 7
VARIANTS = 3
GOODS = SINGLES + VARIANTS
# Channels that ask for no more than a picture, a brand and a category.
CHANNELS = (2, 4, 26)


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
        self.foreign = self.foreign_currency()
        # The store's, one that it may build on, and one that this may build on.
        self.pricelists = env["product.pricelist"].create(
            [
                {"name": "Oracle Store", "currency_id": self.company.currency_id.id},
                {"name": "Oracle Base", "currency_id": self.company.currency_id.id},
                {"name": "Oracle Abroad", "currency_id": self.foreign.id},
            ]
        )
        self.build_pricelists()
        self.channels = env["plug4market.sales.channel"].search(
            [("hub_id", "in", CHANNELS)]
        )
        self.unit = env.ref("uom.product_uom_unit")
        self.dozen = env.ref("uom.product_uom_dozen")
        self.dozen.active = True
        self.goods = self.fresh = env["product.product"]
        for _number in range(SINGLES - 1):
            self.goods |= self.new_product()
        self.goods |= self.new_product(uom_id=self.dozen.id)
        self.sizes = self.new_sizes()
        self.goods |= self.new_variants()
        self.kits = self.lots = self.parts_of_lots = env["product.product"]
        if "expiry" in self.profiles:
            for _number in range(3):
                self.lots |= self.new_lot_product()
        if "mrp" in self.profiles:
            self.prepare_kits()
        for product in self.published() - self.kits - self.lots:
            self.add_stock(
                product, self.draw.whole(10, 40), self.warehouses()[0].lot_stock_id
            )
        self.publish(self.company, self.published())
        if "companies" in self.profiles:
            self.companies |= self.new_company()

    def published(self):
        return self.goods | self.kits | self.lots

    def prepare_kits(self):
        for _number in range(2):
            self.new_kit()
        self.new_kit(self.kits[0] | self.good(), least=1)
        self.sized_kits = self.new_variants()
        self.new_recipe(self.sized_kits[0], self.goods[:2])
        self.kits |= self.sized_kits
        if self.lots:
            # Sold as a part alone: what of it expired is seen in its kit only.
            self.parts_of_lots = self.new_lot_product()
            self.new_kit(self.parts_of_lots, least=1)

    def build_pricelists(self):
        """Each builds on the next one; the store sells by the first.

        The last one adds something in its own currency, and one category is cheaper.
        """
        self.building = self.env["product.pricelist.item"].create(
            [
                {
                    "pricelist_id": self.pricelists[-1].id,
                    "compute_price": "formula",
                    "price_surcharge": self.draw.whole(1, 5),
                },
                {
                    "pricelist_id": self.pricelists[0].id,
                    "applied_on": "2_product_category",
                    "categ_id": self.categories[-1].id,
                    "compute_price": "percentage",
                    "percent_price": self.draw.whole(5, 20),
                },
            ]
        )
        for pricelist, base in itertools.pairwise(self.pricelists):
            self.building |= self.building.create(
                {
                    "pricelist_id": pricelist.id,
                    "compute_price": "formula",
                    "base": "pricelist",
                    "base_pricelist_id": base.id,
                    "price_surcharge": self.draw.whole(0, 5),
                }
            )
        self.company.plug4market_pricelist_id = self.pricelists[0]

    def foreign_currency(self):
        """A currency that is not the company's, with a rate of today."""
        names = ("base.USD", "base.EUR")
        currencies = [self.env.ref(name) for name in names]
        foreign = next(c for c in currencies if c != self.company.currency_id)
        foreign.active = True
        today = fields.Date.today()
        if not foreign.rate_ids.filtered(lambda rate: rate.name == today):
            self.env["res.currency.rate"].create(
                {"currency_id": foreign.id, "name": today, "rate": 0.2}
                | {"company_id": False}
            )
        return foreign

    def publish(self, company, products):
        self.env["plug4market.sku"].with_company(company)._offer(company, products)

    def new_company(self):
        """A second store, in another currency, that sells the same products."""
        dollar = self.foreign
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
        product = self.env["product.product"].create(
            {
                "name": f"Product {number}",
                "default_code": self.new_sku(),
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
                "plug4market_brand": "Oracle",
                "plug4market_image_urls": "https://oracle.example/1.jpg",
                **values,
            }
        )
        # Odoo's own context of creating one would keep its template from variants.
        return product.with_env(self.env)

    def new_lot_product(self):
        return self.new_product(tracking="lot", use_expiration_date=True)

    def new_sizes(self):
        """The attribute of all that is sold in several sizes."""
        return self.env["product.attribute"].create(
            {
                "name": "Oracle Size",
                "create_variant": "always",
                "value_ids": [
                    Command.create({"name": name}) for name in ("S", "M", "L", "XL")
                ],
            }
        )

    def new_variants(self):
        """The variants of a new product, each with a SKU of its own."""
        template = self.new_product().product_tmpl_id
        template.attribute_line_ids = [
            Command.create(
                {
                    "attribute_id": self.sizes.id,
                    "value_ids": [Command.set(self.sizes.value_ids[:VARIANTS].ids)],
                }
            )
        ]
        self.name_variants(template)
        return template.product_variant_ids

    def name_variants(self, template):
        """Fill in what Odoo leaves empty of a variant."""
        for variant in template.product_variant_ids:
            variant.write(
                {
                    "default_code": variant.default_code or self.new_sku(),
                    "weight": 0.35,
                    "plug4market_width": 12,
                    "plug4market_height": 10,
                    "plug4market_length": 9,
                }
            )

    def new_kit(self, parts=None, least=0):
        kit = self.new_product()
        self.new_recipe(kit, parts or self.draw.two(self.goods), least)
        self.kits |= kit
        return kit

    def new_recipe(self, kit, parts, least=0):
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "product_qty": self.draw.whole(1, 2),
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_qty": self.draw.whole(least, 3),
                        }
                    )
                    for part in parts
                ],
            }
        )

    def forget_undone(self):
        """What was made in a step that Odoo refused is not there."""
        self.goods, self.kits = self.goods.exists(), self.kits.exists()
        self.fresh = self.fresh.exists()

    # -- choosing -------------------------------------------------------------

    def one(self, records):
        """One of them by chance; empty when there is none."""
        return records.browse(self.draw.one(records.ids)) if records else records

    def new_sku(self):
        return f"ORA-{next(self.numbers)}"

    def other_unit(self, product):
        """Of units and dozens the one in which the product is not kept."""
        return self.unit if product.uom_id == self.dozen else self.dozen

    def price(self):
        return float(self.draw.cents(5, 300))

    def count(self, most=8):
        return self.draw.whole(1, most)

    def good(self):
        return self.one(self.goods.filtered("active"))

    def warehouses(self):
        own = [("company_id", "=", self.company.id)]
        return self.env["stock.warehouse"].search(own)

    def warehouse(self):
        return self.one(self.warehouses())

    def offered_by_one(self, products):
        """These products in one of the companies that sell them."""
        return products.with_company(self.one(self.companies))

    def quotations(self):
        return self.env["sale.order"].search(
            [
                ("plug4market_order_uid", "!=", False),
                ("state", "in", ("draft", "sent")),
            ]
        )

    def add_stock(self, product, count, location, lot=None, uom=None):
        """Goods come in, by a move that is done."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.move(product, count, supplier, location, lot, uom)

    def move(self, product, count, source, target, lot=None, uom=None):
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": count,
                "product_uom": (uom or product.uom_id).id,
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

    def sale(self, products, uom=None, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "warehouse_id": self.warehouse().id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": self.count(4),
                            "product_uom_id": (uom or product.uom_id).id,
                            "price_unit": 10,
                        }
                    )
                    for product in products
                ],
                **values,
            }
        )

    def promotion(self):
        """The values of a promotion, a dear one now and then; the hub begins it."""
        now = fields.Datetime.now()
        start = now + timedelta(days=self.draw.whole(-2, 2))
        return {
            "price": float(self.draw.cents(1, 90)),
            "start": start,
            "end": now + timedelta(days=self.draw.whole(3, 9)),
        }

    def pass_time(self, record, name):
        """The moment in this field is over, and nobody wrote anything."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s",
                SQL.identifier(record._table),
                SQL.identifier(name),
                fields.Datetime.now() - timedelta(seconds=1),
                record.id,
            )
        )
        self.env.invalidate_all()

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
