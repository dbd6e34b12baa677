"""Whatever changes a number on marketplaces is sent, wherever it is changed."""

from datetime import timedelta
from unittest.mock import patch

from product_case import ProductCase

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class ChangeCase(ProductCase):
    def setUp(self):
        super().setUp()
        self.sync()
        self.export()
        self.hub.forget_calls()

    def on_hub(self, sku="GAR-750"):
        return self.hub.products()[sku]

    def assertFollows(self, **wanted):
        self.export()
        self.assertLessEqual(wanted.items(), self.on_hub().items())


class TestPrices(ChangeCase):
    def pricelist(self, **rule):
        """A pricelist with one rule for all products."""
        return self.env["product.pricelist"].create(
            {
                "name": "Lista",
                "currency_id": self.company.currency_id.id,
                "item_ids": [Command.create(rule)],
            }
        )

    def based_on(self, base, **values):
        rule = {"compute_price": "formula", "base": "pricelist", **values}
        return self.pricelist(base_pricelist_id=base.id, **rule)

    def fixed(self, price, **values):
        return self.pricelist(compute_price="fixed", fixed_price=price, **values)

    def test_the_rule_of_a_base_pricelist_changes_the_price(self):
        base = self.fixed(80)
        self.settings(pricelist_id=self.based_on(base).id)
        self.assertFollows(price=80)
        base.item_ids.fixed_price = 70
        self.assertFollows(price=70)

    def test_the_base_of_a_base_counts_too(self):
        first = self.fixed(80)
        self.settings(pricelist_id=self.based_on(self.based_on(first)).id)
        self.assertFollows(price=80)
        first.item_ids.fixed_price = 60
        self.assertFollows(price=60)

    def test_pricelists_that_build_on_each_other_end(self):
        base = self.fixed(80)
        top = self.based_on(base)
        other = self.fixed(1)
        self.assertEqual(base._plug4market_bases(), base)
        self.assertEqual(top._plug4market_bases(), top | base)
        self.assertFalse(other._plug4market_stores())

    def test_a_dated_rule_of_a_base_pricelist_begins_by_itself(self):
        now = fields.Datetime.now()
        base = self.fixed(80)
        self.settings(pricelist_id=self.based_on(base).id)
        self.export()
        rule = {"compute_price": "fixed", "fixed_price": 55, "min_quantity": 0}
        dated = base.item_ids.create(
            {**rule, "pricelist_id": base.id, "date_start": now + timedelta(hours=1)}
        )
        self.export()
        self.assertEqual(self.on_hub()["price"], 80)
        base.item_ids.filtered(lambda item: item != dated).unlink()
        self.export()
        self.env.cr.execute(
            "UPDATE product_pricelist_item SET date_start = %s WHERE id = %s",
            [now - timedelta(seconds=5), dated.id],
        )
        self.env.invalidate_all()
        self.env["plug4market.sku.exporter"]._mark_dated(
            now - timedelta(minutes=1), now
        )
        self.assertFollows(price=55)

    def test_a_price_made_of_the_cost_follows_the_cost(self):
        self.product.standard_price = 40
        rule = {"compute_price": "formula", "base": "standard_price"}
        self.settings(pricelist_id=self.pricelist(**rule, price_discount=-50).id)
        self.assertFollows(price=60)
        self.product.standard_price = 60
        self.assertFollows(price=90)

    def test_a_pricelist_that_is_deleted_leaves_the_sales_price(self):
        pricelist = self.fixed(80)
        self.settings(pricelist_id=pricelist.id)
        self.assertFollows(price=80)
        pricelist.unlink()
        self.assertFollows(price=119.9)

    def test_a_pricelist_of_nobody_marks_nothing(self):
        self.fixed(80).item_ids.fixed_price = 7
        self.export()
        self.assertFalse(self.hub.calls())

    def test_a_promotion_that_ends_is_taken_back(self):
        now = fields.Datetime.now()
        self.product.write(
            {
                "plug4market_promo_price": 99,
                "plug4market_promo_start": now - timedelta(days=2),
                "plug4market_promo_end": now + timedelta(days=2),
            }
        )
        self.assertFollows(salePrice=99)
        row = self.product.plug4market_sku_ids
        row.promo_end = now - timedelta(seconds=5)
        self.env.flush_all()
        self.env["plug4market.sku.exporter"]._mark_dated(
            now - timedelta(minutes=1), now
        )
        self.export()
        self.assertFalse(self.on_hub().get("salePrice"))


class TestForeignMoney(ChangeCase):
    """The main company keeps its prices in dollars: a real is a fifth of one."""

    def setUp(self):
        super().setUp()
        self.dollar = self.env.ref("base.USD")
        self.dollar.active = True
        self.real = self.company.currency_id

    def rate(self, value):
        """What one real is in dollars, from today on."""
        return self.env["res.currency.rate"].create(
            {"name": fields.Date.today(), "currency_id": self.dollar.id}
            | {"company_id": self.company.id, "rate": value}
        )

    def priced_in_dollars(self):
        other = self.env["res.company"].create(
            {"name": "Importadora", "currency_id": self.dollar.id}
        )
        self.patch(type(other), "_get_main_company", lambda _self: other)
        self.env.invalidate_all()

    def test_a_shared_products_price_is_converted(self):
        self.rate(0.2)
        self.priced_in_dollars()
        self.product.list_price = 100
        self.assertFollows(price=500)

    def test_what_a_person_types_is_in_the_stores_money(self):
        self.rate(0.2)
        self.priced_in_dollars()
        self.product.plug4market_price = 450
        self.assertFollows(price=450)

    def test_the_rate_is_followed(self):
        rate = self.rate(0.2)
        self.priced_in_dollars()
        self.product.list_price = 100
        self.assertFollows(price=500)
        rate.rate = 0.25
        self.compare_stores()
        self.assertFollows(price=400)

    def test_a_rate_is_nothing_to_who_sells_in_one_currency(self):
        row = self.env["plug4market.reconciliation"]._row_of(self.company)
        row._end_round()
        self.rate(0.2)
        self.assertFalse(row.running)

    def test_a_pricelist_that_changes_its_currency_is_converted(self):
        self.rate(0.2)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Lista",
                "currency_id": self.real.id,
                "item_ids": [
                    Command.create({"compute_price": "fixed", "fixed_price": 50})
                ],
            }
        )
        self.settings(pricelist_id=pricelist.id)
        self.assertFollows(price=50)
        pricelist.currency_id = self.dollar
        self.assertFollows(price=250)


class TestStock(ChangeCase):
    def quotation(self, units=5):
        self.settings(order_target="quotation")
        hub_order, order = self.import_order([("GAR-750", units, 119.9)])
        self.assertFollows(stock=45 - units)
        return hub_order, order

    def test_a_quotation_holds_its_units_until_it_is_cancelled(self):
        hub_order, order = self.quotation()
        for status in ("INVOICED", "SHIPPED", "COMPLETED"):
            with self.subTest(status):
                self.change_order(hub_order, {"status": status})
                self.assertEqual(order.plug4market_status, status)
                self.assertFollows(stock=40)
        order.action_confirm()
        self.assertFollows(stock=40)
        order.picking_ids.button_validate()
        self.assertFollows(stock=40)

    def test_a_quotation_cancelled_on_the_hub_gives_its_units_back(self):
        hub_order, _order = self.quotation()
        self.change_order(hub_order, {"status": "CANCELED"})
        self.assertFollows(stock=45)

    def test_a_quotation_that_a_person_changes_is_followed(self):
        _hub, order = self.quotation()
        line = order.order_line.filtered("plug4market_sku")
        line.product_uom_qty = 8
        self.assertFollows(stock=37)
        line.product_id = self.make_product("OUTRO", "Outro", 10)
        self.assertFollows(stock=45)
        order.order_line = [
            Command.create({"product_id": self.product.id, "product_uom_qty": 2})
        ]
        self.assertFollows(stock=43)
        order.order_line.filtered(lambda li: li.product_id == self.product).unlink()
        self.assertFollows(stock=45)

    def test_a_dozen_is_twelve_units(self):
        _hub, order = self.quotation()
        line = order.order_line.filtered("plug4market_sku")
        dozen = self.env.ref("uom.product_uom_dozen")
        line.write({"product_uom_qty": 2, "product_uom_id": dozen.id})
        self.assertFollows(stock=21)

    def test_a_product_published_while_somebody_works_is_followed(self):
        other = self.make_product("NOVO", "Novo", 10, stock=5)
        # As in the view of a transaction that began before the click.
        self.move(other, -5)
        self.env.flush_all()
        self.env.cr.precommit.run()
        row = self.env["plug4market.sku"]._ensure(self.company, other)
        row.write({"sent_sku": "NOVO", "sent_body": {"stock": 5}, "state": "synced"})
        self.env.flush_all()
        self.env["plug4market.sku.change"]._merge()
        self.assertEqual(row.state, "pending")

    def test_marks_of_products_that_are_not_sold_hold_up_no_other(self):
        others = [self.make_product(f"N{n}", "N", 1).id for n in range(7)]
        products = self.env["product.product"].browse(others)
        self.patch_size(3)
        self.env["plug4market.sku.change"]._mark(products, "stock")
        self.env.cr.precommit.run()
        self.move(self.product, -45)
        self.assertFollows(stock=0)
        self.assertFalse(self.env["plug4market.sku.change"].search([]))

    def patch_size(self, number):
        module = "odoo.addons.plug4market_connector.models.catalogue"
        self.enterContext(
            patch(f"{module}.plug4market_sku_change.MERGED_AT_ONCE", number)
        )

    def test_a_shelf_that_goes_to_another_warehouse_takes_its_stock_along(self):
        warehouses = self.env["stock.warehouse"]
        own = warehouses.search([("company_id", "=", self.company.id)], limit=1)
        other = warehouses.create({"name": "Loja 2", "code": "LJ2"})
        shelf = self.env["stock.location"].create(
            {"name": "Prateleira", "location_id": own.lot_stock_id.id}
        )
        self.env["stock.quant"]._update_available_quantity(self.product, shelf, 5)
        self.assertFollows(stock=50)
        shelf.location_id = other.lot_stock_id
        self.assertFollows(stock=45)
        shelf.location_id = own.lot_stock_id
        self.assertFollows(stock=50)

    def test_a_product_that_is_no_longer_stored_offers_nothing(self):
        self.env["stock.quant"].search(
            [("product_id", "=", self.product.id)]
        ).sudo().unlink()
        self.assertFollows(stock=0)

    # -- whose stock ----------------------------------------------------------

    def test_the_warehouse_is_chosen_once_and_stays(self):
        own = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.assertEqual(self.company.plug4market_warehouse_ids, own)
        other = self.env["stock.warehouse"].create({"name": "Loja 2", "code": "LJ2"})
        other.sequence = own.sequence - 5
        self.assertEqual(self.company._plug4market_offered_warehouses(), own)
        self.assertFollows(stock=45)
        with self.assertRaises(ValidationError):
            own.active = False

    def test_nobody_can_leave_it_open_whose_stock_is_for_sale(self):
        own = self.company.plug4market_warehouse_ids
        self.settings(warehouse_ids=[Command.clear()])
        self.assertEqual(self.company.plug4market_warehouse_ids, own)

    # -- off and on -----------------------------------------------------------

    def test_what_changed_while_the_store_was_off_is_sent_when_it_is_on(self):
        self.company.plug4market_active = False
        self.move(self.product, -45)
        self.product.list_price = 50
        self.export()
        self.assertEqual(self.on_hub()["stock"], 45)
        self.company.plug4market_active = True
        self.compare_stores()
        self.assertFollows(stock=0, price=50)

    def test_saving_the_settings_again_compares_nothing(self):
        row = self.env["plug4market.reconciliation"]._row_of(self.company)
        row._end_round()
        self.company.plug4market_active = True
        self.assertFalse(row.running)


class TestLeaving(ChangeCase):
    def test_a_product_on_sale_is_archived_before_it_is_deleted(self):
        self.ask_in_english()
        # What was ever in stock is never deleted by Odoo.
        product = self.make_product("LEVE", "Leve", 10)
        self.sync(product)
        with self.assertRaisesRegex(UserError, "still on sale on marketplaces"):
            product.unlink()
        with self.assertRaisesRegex(UserError, "LEVE"):
            product.product_tmpl_id.unlink()
        product.product_tmpl_id.active = False
        with self.assertRaises(UserError):
            product.product_tmpl_id.unlink()
        self.export()
        self.assertFalse(self.on_hub("LEVE")["active"])
        product.product_tmpl_id.unlink()
        self.assertFalse(product.exists())

    def test_a_variant_that_is_no_longer_made_goes_off_sale(self):
        attribute = self.env["product.attribute"].create(
            {
                "name": "Cor",
                "value_ids": [Command.create({"name": n}) for n in ("Azul", "Rosa")],
            }
        )
        template = self.env["product.template"].create(
            {
                "name": "Copo",
                "list_price": 10,
                "weight": 1,
                "is_storable": True,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        for sku, variant in zip(
            ("COPO-A", "COPO-R"), template.product_variant_ids, strict=True
        ):
            variant.write({"default_code": sku, "weight": 1})
            for side in ("width", "height", "length"):
                variant[f"plug4market_{side}"] = 10
        self.sync(template.product_variant_ids)
        self.assertTrue(self.on_hub("COPO-R")["active"])
        gone = template.product_variant_ids.filtered(
            lambda variant: variant.default_code == "COPO-R"
        )
        template.attribute_line_ids.value_ids = attribute.value_ids[0]
        self.assertFalse(gone.active)
        self.export()
        self.assertFalse(self.on_hub("COPO-R")["active"])
        self.assertTrue(self.on_hub("COPO-A")["active"])

    def test_a_product_that_was_never_sent_is_deleted_at_once(self):
        other = self.make_product("NOVO", "Novo", 10)
        other.unlink()
        self.assertFalse(other.exists())

    def test_a_store_that_is_off_for_a_while_sells_on(self):
        self.company.plug4market_active = False
        other = self.make_product("NOVO", "Novo", 10)
        row = self.env["plug4market.sku"]._ensure(self.company, other)
        row.write({"sent_sku": "NOVO", "state": "synced"})
        with self.assertRaises(UserError):
            other.unlink()

    def test_a_product_of_a_store_that_has_left_is_deleted_at_once(self):
        self.company._plug4market_connection()._drop_pair()
        other = self.make_product("NOVO", "Novo", 10)
        row = self.env["plug4market.sku"]._ensure(self.company, other)
        row.write({"sent_sku": "NOVO", "state": "synced"})
        other.unlink()
        self.assertFalse(other.exists())


class TestLanguage(ChangeCase):
    def test_the_catalogue_is_in_the_stores_language_whoever_is_responsible(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.product.with_context(lang="pt_BR").name = "Garrafa térmica"
        self.product.with_context(lang="en_US").name = "Thermos"
        self.ask_in_english()
        self.sync()
        self.assertEqual(self.on_hub()["name"], "Garrafa térmica")

    def test_another_language_is_chosen_in_the_settings_and_followed(self):
        self.env["res.lang"]._activate_lang("pt_BR")
        self.product.with_context(lang="pt_BR").name = "Garrafa térmica"
        self.product.with_context(lang="en_US").name = "Thermos"
        self.export()
        self.settings(catalogue_lang="en_US")
        self.assertFollows(name="Thermos")
