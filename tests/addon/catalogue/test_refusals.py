"""Numbers, dates and choices that make no sense: refused, and harmless from before."""

from datetime import datetime, timedelta

from product_case import ProductCase

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.plug4market_connector.models.store.res_company import MAX_RISK_HOURS


class TestSettings(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.plug4market_enabled = True
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.other_company = cls.env["res.company"].create({"name": "Outra loja"})

    def assertRefused(self, words, **values):
        with (
            self.subTest(**values),
            self.assertRaisesRegex(UserError, words),
            self.env.cr.savepoint(),
        ):
            self.settings(**values)
        self.env.invalidate_all()

    def by_sql(self, table, record, **values):
        """What a database holds from before it was refused."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE {table} SET {name} = %s WHERE id = %s",
                [value, record.id],
            )
        self.env.invalidate_all()

    def offered(self):
        return self.product._plug4market_stocks(self.company)[self.product.id]

    def test_numbers_that_make_no_sense_are_refused(self):
        self.assertRefused("Stock buffer cannot be less", stock_buffer=-3)
        self.assertRefused("Hours at risk cannot be less", risk_hours=-5)
        self.assertRefused("at most 8760", risk_hours=MAX_RISK_HOURS + 1)
        self.settings(stock_buffer=0, risk_hours=0)
        self.settings(risk_hours=MAX_RISK_HOURS)

    def test_they_are_refused_in_the_settings_too(self):
        settings = self.env["res.config.settings"]
        with self.assertRaisesRegex(ValidationError, "Stock buffer"):
            settings.create({"plug4market_stock_buffer": -3}).execute()

    def test_two_wrong_numbers_from_before_are_corrected_in_the_settings(self):
        before = {"plug4market_stock_buffer": -3, "plug4market_risk_hours": -5}
        self.by_sql("res_company", self.company, **before)
        right = {"plug4market_stock_buffer": 0, "plug4market_risk_hours": 12}
        self.env["res.config.settings"].create(right).execute()
        self.assertEqual(self.company.plug4market_stock_buffer, 0)
        self.assertEqual(self.company.plug4market_risk_hours, 12)

    def test_a_negative_buffer_from_before_offers_nothing_that_is_not_there(self):
        self.by_sql("res_company", self.company, plug4market_stock_buffer=-3)
        self.assertEqual(self.offered(), 45)
        self.settings(order_target="quotation")

    def test_hours_from_before_count_as_none_or_as_a_year(self):
        _hub, order = self.import_order([("GAR-750", 1, 119.9)])
        order.plug4market_handling_limit = datetime.now() + timedelta(hours=30)
        for hours, dispatch in ((-5, "on_time"), (2_000_000_000, "risk")):
            with self.subTest(hours):
                self.by_sql("res_company", self.company, plug4market_risk_hours=hours)
                self.assertEqual(order.plug4market_dispatch, dispatch)
                found = order.search([("plug4market_dispatch", "in", [dispatch])])
                self.assertIn(order, found)

    def forget_the_choice(self):
        """Let nobody have chosen a warehouse, as before one was chosen by itself."""
        chosen = self.company._fields["plug4market_warehouse_ids"].relation
        self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(chosen)))
        self.env.invalidate_all()

    def test_the_only_warehouse_is_not_the_marketplaces(self):
        self.assertEqual(len(self.warehouse), 1)
        self.forget_the_choice()
        self.assertRefused(
            "is the only warehouse", fulfilment_warehouse_id=self.warehouse.id
        )

    def test_the_only_warehouse_from_before_offers_nothing(self):
        self.forget_the_choice()
        self.by_sql(
            "res_company",
            self.company,
            plug4market_fulfilment_warehouse_id=self.warehouse.id,
        )
        self.assertEqual(self.offered(), 0)
        self.settings(stock_buffer=1)

    def test_a_warehouse_in_use_is_not_archived_unseen(self):
        second = self.env["stock.warehouse"].create(
            {"name": "Full", "code": "FULL", "company_id": self.company.id}
        )
        for values in (
            {"fulfilment_warehouse_id": second.id},
            {
                "fulfilment_warehouse_id": False,
                "warehouse_ids": [(6, 0, second.ids)],
            },
        ):
            self.settings(**values)
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, "Choose another one there"),
                self.env.cr.savepoint(),
            ):
                second.active = False
            self.env.invalidate_all()
        self.settings(warehouse_ids=[(5,)])
        second.active = False

    def test_what_is_another_companys_is_refused(self):
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.other_company.id)], limit=1
        )
        team = self.env["crm.team"].create(
            {"name": "Outra", "company_id": self.other_company.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Outra",
                "company_id": self.other_company.id,
                "currency_id": self.company.currency_id.id,
            }
        )
        stranger = new_test_user(
            self.env,
            login="stranger",
            company_id=self.other_company.id,
            company_ids=[(6, 0, self.other_company.ids)],
        )
        refused = "belongs to another company"
        self.assertRefused(refused, warehouse_ids=[(6, 0, warehouse.ids)])
        self.assertRefused(refused, fulfilment_warehouse_id=warehouse.id)
        self.assertRefused(refused, team_id=team.id)
        self.assertRefused(refused, pricelist_id=pricelist.id)
        self.assertRefused(refused, user_id=stranger.id)

    def test_a_pricelist_in_another_currency_is_refused(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Europa", "currency_id": euro.id}
        )
        self.assertRefused("marketplaces sell in", pricelist_id=pricelist.id)

    def test_a_pricelist_in_another_currency_from_before_sells_in_our_own(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        own = self.company.currency_id
        pricelist = self.env["product.pricelist"].create(
            {"name": "Europa", "currency_id": euro.id}
        )
        self.by_sql("res_company", self.company, plug4market_pricelist_id=pricelist.id)
        self.assertAlmostEqual(self.product.plug4market_price, 119.9, places=1)
        _hub, order = self.import_order([("GAR-750", 2, 119.9)])
        self.assertEqual(order.currency_id, own)
        self.assertEqual(order.amount_total, order.plug4market_total)

    def test_who_cannot_see_an_activity_is_not_responsible(self):
        portal = new_test_user(self.env, login="portal", groups="base.group_portal")
        gone = new_test_user(self.env, login="gone")
        gone.active = False
        self.assertRefused("cannot be responsible", user_id=portal.id)
        self.assertRefused("cannot be responsible", user_id=gone.id)
        for user in (portal, gone):
            with self.subTest(user.login):
                self.by_sql("res_company", self.company, plug4market_user_id=user.id)
                person = self.company._plug4market_person()
                self.assertEqual(person, self.env.ref("base.user_admin"))


class TestProducts(ProductCase):
    def assertRefused(self, words, **values):
        values = {f"plug4market_{name}": value for name, value in values.items()}
        with (
            self.subTest(**values),
            self.assertRaisesRegex(ValidationError, words),
            self.env.cr.savepoint(),
        ):
            self.product.write(values)
            self.env.flush_all()
        self.env.invalidate_all()

    def test_numbers_below_zero_are_refused(self):
        self.assertRefused("Price on marketplaces cannot be less", price=-5)
        self.assertRefused("Promotional price cannot be less", promo_price=-5)
        self.assertRefused("Width", width=-1)
        self.assertRefused("Height", height=-1)
        self.assertRefused("Length", length=-1)
        self.assertRefused("Warranty", warranty=-1)
        self.assertRefused("Days to dispatch", cross_docking_days=-1)
        self.assertRefused("Unit multiplier", unit_multiplier=-1)

    def test_an_empty_price_follows_the_product_again(self):
        self.product.plug4market_price = 99.9
        self.product.plug4market_price = 0
        self.env.invalidate_all()
        self.assertEqual(self.product.plug4market_price, 119.9)

    def test_a_promotion_that_ends_before_it_starts_is_refused(self):
        now = datetime.now()
        self.assertRefused(
            "ends before it starts",
            promo_price=99.9,
            promo_start=now,
            promo_end=now - timedelta(days=1),
        )
        first = {"plug4market_promo_price": 99.9}
        first["plug4market_promo_start"] = now
        first["plug4market_promo_end"] = now + timedelta(days=1)
        self.product.write(first)
        self.assertRefused("ends before", promo_end=now - timedelta(days=1))
        later = {
            "plug4market_promo_start": now + timedelta(days=5),
            "plug4market_promo_end": now + timedelta(days=6),
        }
        self.product.write(later)
        self.env.invalidate_all()
        self.assertEqual(self.product.plug4market_promo_price, 99.9)

    def test_numbers_from_before_are_not_sent(self):
        self.product.plug4market_price = 100
        self.product.write({"plug4market_promo_price": 90})
        now = datetime.now()
        self.product.write(
            {
                "plug4market_promo_start": now - timedelta(days=1),
                "plug4market_promo_end": now + timedelta(days=1),
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE plug4market_sku SET price_override = -5, promo_price = -4"
        )
        self.env.cr.execute(
            "UPDATE product_template SET plug4market_warranty = -3,"
            " plug4market_cross_docking_days = -2, plug4market_unit_multiplier = -1"
        )
        self.env.invalidate_all()
        self.assertIn("it has no price", self.product.plug4market_warnings)
        self.sync()

        self.assertEqual(self.product.plug4market_state, "synced")
        sent = self.hub.products()["GAR-750"]
        self.assertEqual(sent["price"], 119.9)
        for name in ("salePrice", "warranty", "crossDockingDays", "unitMultiplier"):
            self.assertFalse(sent.get(name), name)

    def test_a_promotion_from_before_that_ends_first_is_said_and_not_sent(self):
        self.product.write({"plug4market_promo_price": 99.9})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE plug4market_sku"
            " SET promo_start = '2026-11-20', promo_end = '2026-11-01'"
        )
        self.env.invalidate_all()
        self.assertIn("ends before it starts", self.product.plug4market_warnings)
        self.sync()
        self.assertFalse(self.hub.products()["GAR-750"].get("salePrice"))

    def test_numbers_of_an_announcement_are_refused(self):
        channel = self.env["plug4market.sales.channel"].search(
            [("hub_id", "=", 26)], limit=1
        )
        row = self.env["plug4market.announcement"].create(
            {"product_id": self.product.id, "channel_id": channel.id}
        )
        for values, words in (
            ({"price": -1}, "cannot be less"),
            ({"sale_price": -1}, "cannot be less"),
            (
                {"sale_date_start": "2026-11-20", "sale_date_end": "2026-11-01"},
                "ends before",
            ),
        ):
            with (
                self.subTest(**values),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                row.write(values)
            self.env.invalidate_all()
