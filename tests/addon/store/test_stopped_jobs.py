"""A job that dies asks the person of each store, once, and goes on."""

from contextlib import contextmanager
from unittest.mock import patch

from product_case import ProductCase
from psycopg2.errors import SerializationFailure

ACTIVITY = "plug4market_connector.mail_activity_type_stopped_job"
LOGGER = "odoo.addons.plug4market_connector"
REFUSED = "plug4market_connector.mail_activity_type_refused_product"

JOBS = {
    "export_products": ("plug4market.sku.exporter", "_lease_due"),
    "process_events": ("plug4market.order.event", "_lease_due"),
    "fetch_labels": ("plug4market.label", "_lease_due"),
    "compare": ("plug4market.comparison", "_due_ids"),
    "warn_dispatch": ("sale.order", "_plug4market_warn"),
    "work_plans": ("plug4market.plan", "_work_later"),
    "refresh_tokens": ("plug4market.connection", "_renew_if_old"),
    "poll_orders": ("plug4market.event.worker", "_is_sweep_due"),
}


class StoppedJobCase(ProductCase):
    def run_job(self, name):
        self.env.flush_all()
        self.env.ref(
            f"plug4market_connector.ir_cron_plug4market_{name}"
        ).sudo().method_direct_trigger()
        self.env.invalidate_all()

    @contextmanager
    def broken(self, model, method, error=None, quietly=False):
        """Let this method die, of odd data if nothing else."""

        def die(*_arguments, **_named):
            raise error or ZeroDivisionError("odd data")

        with patch.object(type(self.env[model]), method, die):
            if quietly:
                yield
            else:
                with self.assertLogs(LOGGER, "ERROR"):
                    yield

    def asked(self, company=None, kind=ACTIVITY):
        partner = (company or self.company).partner_id
        return partner.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(kind)
        )


class TestJobs(StoppedJobCase):
    def test_each_job_that_dies_asks_once_and_says_when_it_works_again(self):
        for job, (model, method) in JOBS.items():
            with self.subTest(job):
                self.company._plug4market_connection().swept_at = False
                for _run in range(3):
                    with self.broken(model, method):
                        self.run_job(job)
                asked = self.asked()
                self.assertEqual(len(asked), 1, asked.mapped("note"))
                self.assertIn("odd data", asked.note)
                self.assertEqual(asked.user_id, self.company._plug4market_person())

                self.run_job(job)
                self.assertFalse(self.asked(), "it works again")
                self.assertFalse(self.env["plug4market.stopped.job"].search([]))

    def test_a_lost_race_is_no_death(self):
        lost = SerializationFailure("could not serialize access")
        with self.broken("plug4market.sku.exporter", "_run", lost, quietly=True):
            self.run_job("export_products")
        self.assertFalse(self.asked())

    def test_what_a_person_marked_done_is_not_asked_again_every_minute(self):
        job = ("plug4market.sku.exporter", "_lease_due")
        with self.broken(*job):
            self.run_job("export_products")
        self.asked().action_feedback()
        with self.broken(*job):
            self.run_job("export_products")
        self.assertFalse(self.asked())

        self.run_job("export_products")
        with self.broken(*job):
            self.run_job("export_products")
        self.assertEqual(len(self.asked()), 1)

    def test_a_rule_of_prices_that_cannot_be_read_stops_no_product(self):
        self.sync()
        self.move(self.product, -45)
        self.env.cr.precommit.run()
        self.product.plug4market_sku_ids.synced_at = "2020-01-01"
        with self.broken("product.pricelist.item", "_plug4market_mark_dated"):
            self.run_job("export_products")

        self.assertEqual(self.hub.products()["GAR-750"]["stock"], 0)

    def test_a_mark_that_cannot_be_made_fails_no_stock_move(self):
        self.sync()
        self.move(self.product, -45)
        change = type(self.env["plug4market.sku.change"])
        insert = change._insert_lane

        def fails_for_stock(model, lane, products):
            if lane == "stock":
                model.env.cr.execute("SELECT 1 / 0")
            return insert(model, lane, products)

        self.product.lst_price = 50
        with (
            patch.object(change, "_insert_lane", fails_for_stock),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self.env.flush_all()
            self.env.cr.precommit.run()
        self.env.cr.postcommit.run()
        self.assertEqual(len(self.asked()), 1)
        self.export()
        self.assertEqual(self.hub.products()["GAR-750"]["price"], 50)

    def test_an_order_nobody_can_be_warned_of_does_not_stand_before_the_others(self):
        orders = [self.import_order([("GAR-750", 1, 119.9)])[1] for _n in range(2)]
        for order in orders:
            order.plug4market_handling_limit = "2020-01-01"
        model = type(self.env["sale.order"])
        prepare = model._prepare_dispatch_activity_values

        def broken(order):
            if order == orders[0]:
                raise ZeroDivisionError("odd data")
            return prepare(order)

        with (
            patch.object(model, "_prepare_dispatch_activity_values", broken),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self.run_job("warn_dispatch")
        self.assertEqual([len(order.activity_ids) for order in orders], [0, 1])
        self.assertEqual(len(self.asked()), 1)


class TestStores(StoppedJobCase):
    """What goes wrong for one store stops no other."""

    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Filial"})
        self.other.write(
            {
                "plug4market_environment": "simulator",
                "plug4market_api_url": self.hub.url,
            }
        )
        self.env["account.journal"].create(
            {
                "name": "Vendas",
                "code": "VEN",
                "type": "sale",
                "company_id": self.other.id,
            }
        )
        self.other.chart_template = "generic_coa"
        self.other.plug4market_active = True
        tokens = self.hub.store("22333444000181", "Filial")
        self.other.write(
            {
                "plug4market_access_token": tokens["accessToken"],
                "plug4market_refresh_token": tokens["refreshToken"],
            }
        )
        self.products = {
            company: self.make_product(f"LOJA-{company.id}", company.name, 10)
            for company in (self.company, self.other)
        }
        for company, product in self.products.items():
            product.plug4market_enabled = True
            self.env["plug4market.sku"]._ensure(company, product)._mark_pending()

    def dies_for(self, company, model, method):
        """Let this method die for one store."""
        model = type(self.env[model])
        work = getattr(model, method)

        def die(record, store, *arguments):
            if store == company:
                raise ZeroDivisionError("odd data")
            return work(record, store, *arguments)

        return patch.object(model, method, die)

    def test_planning_that_fails_for_one_store_stops_no_other(self):
        exporter = ("plug4market.sku.exporter", "_plan")
        with self.dies_for(self.company, *exporter), self.assertLogs(LOGGER, "ERROR"):
            self.run_job("export_products")

        sku = f"LOJA-{self.other.id}"
        self.assertIn(sku, self.hub.products("22333444000181"))
        self.assertEqual(len(self.asked()), 1)
        self.assertFalse(self.asked(self.other))

        self.run_job("export_products")
        self.assertTrue(self.asked(), "what it died of was not tried again yet")
        self.env["plug4market.stopped.job"].search([]).again_at = "2020-01-01"
        self.run_job("export_products")
        self.assertFalse(self.asked())

    def test_a_poll_that_dies_of_one_store_asks_for_the_others(self):
        hub_order = self.hub.order([("X", 1, 10)], store="22333444000181")
        poll = ("plug4market.event.worker", "_poll_company")
        with self.dies_for(self.company, *poll), self.assertLogs(LOGGER, "ERROR"):
            self.run_job("poll_orders")

        self.assertTrue(self.events(hub_order))
        self.assertEqual(len(self.asked()), 1)
        self.assertFalse(self.asked(self.other))


class TestRefusedProducts(StoppedJobCase):
    """Somebody is asked about refused content, once a store."""

    def setUp(self):
        super().setUp()
        self.products = self.product.union(
            *(self.make_product(f"N-{n}", f"Nome {n}", 10) for n in range(4))
        )
        self.sync(self.products)
        self.hub.faults(longest_name=60)

    def test_many_refused_products_are_one_activity_that_ends_by_itself(self):
        for product in self.products:
            product.plug4market_name = "x" * 61
        self.export()
        asked = self.asked(kind=REFUSED)
        self.assertEqual(len(asked), 1)
        self.assertIn("Garrafa", asked.note)

        for product in self.products[1:]:
            product.plug4market_name = "curto"
        self.export()
        self.assertEqual(self.asked(kind=REFUSED), asked)

        self.product.plug4market_name = "curto"
        self.export()
        self.assertFalse(self.asked(kind=REFUSED))
