"""A lease: what is claimed is its worker's own while that lives, and free after it."""

import threading
from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from patience import wait_until
from product_case import ProductCase
from psycopg2 import OperationalError
from psycopg2.errors import SerializationFailure

from odoo.sql_db import connection_info_for

from odoo.addons.plug4market_connector import lease as leases
from odoo.addons.plug4market_connector.hub import HeldBack
from odoo.addons.plug4market_connector.lease import Lease, held
from odoo.addons.plug4market_connector.models.store import plug4market_lease as module

LOGGER = "odoo.addons.plug4market_connector"


class Died(BaseException):
    """A thread that ends in the middle of its work."""


class LeaseCase(ProductCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leases = cls.env["plug4market.lease"]
        cls.Event = cls.env["plug4market.order.event"]

    def order_waits(self):
        hub_order = self.hub.order([("GAR-750", 1, 10)])
        event = self.notice(hub_order)
        self.env.flush_all()
        return hub_order, event

    def run_out(self, lease=None):
        """Let leases run out, as if their processes had been silent for long."""
        self.env.cr.execute(
            "UPDATE plug4market_lease SET until = until - interval '2 days'"
            + (" WHERE id = %s" if lease else ""),
            [lease.id] if lease else None,
        )

    def rows(self):
        self.env.invalidate_all()
        return self.leases.sudo().search([])

    def triggered(self):
        crons = self.leases._jobs()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "in", crons.ids)])
        return triggers.cron_id

    @contextmanager
    def beating(self):
        """Let leases be renewed, which a test's cursors would not bear otherwise."""
        with (
            patch.object(leases, "may_beat", lambda: True),
            patch.object(leases, "BEAT_SECONDS", 0.01),
        ):
            yield

    @contextmanager
    def another_worker(self):
        """A worker of another thread, as far as leases go."""
        token = leases._current.set(None)
        try:
            with self.worker._at_work():
                yield
        finally:
            leases._current.reset(token)


class TestLease(LeaseCase):
    def test_what_is_claimed_refers_to_the_worker_and_nobody_else_claims_it(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.assertEqual(self.Event._claim(), event)
            self.assertEqual(event.lease_id.id, held().id)
            with self.another_worker():
                self.assertFalse(self.Event._claim())

    def test_a_round_leaves_no_lease_behind(self):
        hub_order, event = self.order_waits()
        self.worker._run()
        self.assertFalse(self.rows())
        self.assertEqual((event.state, event.lease_id.ids), ("done", []))
        self.assertTrue(self.find_order(hub_order))
        self.assertIsNone(held())

    def test_a_worker_that_is_gone_leaves_its_rows_to_the_next_look(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.Event._claim()
            self.run_out(held())
            self.leases._look_after_workers()
            self.env.invalidate_all()
            self.assertFalse(event.lease_id)
            self.assertEqual(self.triggered(), self.leases._jobs())
            with self.another_worker():
                self.assertEqual(self.Event._claim(), event)

    def test_who_lives_loses_nothing_to_a_look(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.Event._claim()
            self.leases._look_after_workers()
            self.env.invalidate_all()
            self.assertEqual(event.lease_id.id, held().id)
            self.assertTrue(self.leases._renew(held().id))

    def test_a_lease_that_ran_out_is_not_renewed_and_nothing_is_claimed_in_it(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.run_out(held())
            self.assertFalse(self.leases._renew(held().id))
            self.assertFalse(self.Event._claim())
            self.assertFalse(self.env["plug4market.label"]._claim())
            self.assertFalse(self.env["plug4market.sku.exporter"]._lease_due(None))
            self.assertFalse(event.lease_id)

    def test_the_next_worker_frees_what_nobody_looked_after(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.Event._claim()
            self.run_out(held())
            with self.another_worker():
                self.assertEqual(self.Event._claim(), event)

    def test_a_lease_is_renewed_while_its_thread_works(self):
        beats = []
        beaten = threading.Event()

        def renew(lease_id):
            beats.append(lease_id)
            if len(beats) == 3:
                beaten.set()
            if len(beats) == 1:
                raise OperationalError("the database is away for a moment")
            return True

        with self.beating():
            lease = Lease(7, 0, renew)
            self.assertFalse(lease.holds(), "it began long ago")
            with lease.kept():
                self.assertTrue(beaten.wait(60))
                self.assertTrue(lease.holds())
        self.assertEqual(set(beats), {7})

    def test_who_learns_that_its_lease_is_lost_makes_no_more_calls(self):
        lost = threading.Event()

        def renew(_lease_id):
            lost.set()
            return False

        _order, event = self.order_waits()
        with (
            patch.object(
                type(self.leases), "_renew", lambda _self, number: renew(number)
            ),
            self.beating(),
            self.assertLogs(LOGGER, "WARNING"),
            self.worker._at_work(),
        ):
            claimed = self.Event._claim()
            self.assertTrue(lost.wait(60))
            while held().holds():
                threading.Event().wait(0.01)
            self.hub.forget_calls()
            self.worker._work_notices(claimed)
        self.env.invalidate_all()
        self.assertFalse(self.hub.calls())
        self.assertEqual((event.state, event.attempts), ("pending", 0))


class TestTakenOver(LeaseCase):
    """A process that was only slow comes back when others have gone on."""

    def test_late_answers_are_dropped_whatever_they_are(self):
        _order, event = self.order_waits()
        with self.worker._at_work():
            self.Event._claim()
            event.lease_id = self.leases.sudo().browse(self.leases._take_for_worker())
            self.env.flush_all()
            taken_by = event.lease_id
            self.worker._settle(event, "ignored", "late")
            self.worker._fail(event, HeldBack("late"))
            done = [(event, None)]
            self.worker._settle_batch(self.company, self.worker._settle_done, done)
            self.env.invalidate_all()
            self.assertEqual((event.state, event.message), ("pending", False))
            self.assertEqual(event.lease_id, taken_by)

    def test_of_a_sku_and_a_category_too(self):
        row = self.env["plug4market.sku"]._ensure(self.company, self.product)
        row._mark_pending()
        self.env.flush_all()
        exporter = self.env["plug4market.sku.exporter"]
        Category = self.env["plug4market.category"]
        category = Category._ensure(
            self.company, self.env["product.category"].create({"name": "Jardim"})
        )
        with exporter._at_work():
            self.assertEqual(exporter._lease_due(None), row.ids)
            self.env.invalidate_all()
            other = self.leases.sudo().browse(self.leases._take_for_worker())
            row.lease_id = category.lease_id = other
            self.env.flush_all()
            exporter._settle([(row, {"state": "synced", "error": "late"})])
            category._settle_alone({"state": "error", "problem": "late"})
            self.env.invalidate_all()
            self.assertEqual((row.state, row.error), ("pending", False))
            self.assertEqual((category.state, category.problem), ("pending", False))
            self.assertEqual(row.lease_id | category.lease_id, other)


class TestEnds(LeaseCase):
    """How a worker ends decides when what it left is taken up again."""

    def end_by(self, error):
        _order, event = self.order_waits()
        try:
            with self.worker._at_work():
                self.Event._claim()
                if error:
                    raise error
        except type(error):
            pass
        self.env.invalidate_all()
        return event

    def test_a_thread_that_dies_frees_its_rows_at_once_and_wakes_others(self):
        event = self.end_by(Died())
        self.assertFalse(event.lease_id)
        self.assertFalse(self.rows())
        self.assertEqual(self.triggered(), self.leases._jobs())

    def test_so_does_a_lost_race(self):
        self.assertFalse(self.end_by(SerializationFailure("lost")).lease_id)

    def test_what_could_not_be_settled_rests(self):
        for error in (None, ZeroDivisionError("odd data")):
            with self.subTest(error=error):
                event = self.end_by(error)
                self.assertTrue(event.lease_id)
                self.assertFalse(self.Event._claim())
                self.run_out()
                self.leases._look_after_workers()
                self.env.invalidate_all()
                self.assertFalse(event.lease_id)
                event.unlink()

    def test_a_database_that_is_away_leaves_it_to_the_clock(self):
        away = OperationalError("away")
        with (
            patch.object(type(self.leases), "_give_back", side_effect=away),
            self.worker._at_work(),
        ):
            pass
        self.assertEqual(len(self.rows()), 1)

    def test_a_job_that_was_taken_for_dead_lets_others_go_on(self):
        self.order_waits()
        cron = self.env.ref("plug4market_connector.ir_cron_plug4market_process_events")
        with patch.object(Lease, "holds", lambda _lease: False):
            cron.sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn(cron, self.triggered())
        self.assertFalse(self.hub.calls())


class TestLostProcess(LeaseCase):
    """What a process that is gone without a word has left open."""

    NAME = "odoo-of-a-lost-machine"

    def setUp(self):
        super().setUp()
        _name, info = connection_info_for(self.env.cr.dbname)
        self.lost = psycopg2.connect(**{**info, "application_name": self.NAME})
        self.addCleanup(self.lost.close)
        self.look()

    def look(self):
        """Have a transaction open that says nothing."""
        with self.lost.cursor() as cr:
            cr.execute("SELECT 1")

    def is_ended(self):
        try:
            self.look()
        except OperationalError:
            return True
        return False

    def end_lost(self):
        """End those whose lease ran out, as if that took no time."""
        # A transaction sees the sessions of its first look, and tests share theirs.
        self.env.cr.execute("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")
        with patch.multiple(module, LEASE_SECONDS=0, BEAT_SECONDS=-1):
            return self.leases._end_lost()

    def lease(self, name=NAME, ends="clock_timestamp() AT TIME ZONE 'UTC'"):
        self.env.cr.execute(
            f"INSERT INTO plug4market_lease (until, application) VALUES ({ends}, %s)",
            [name],
        )

    def test_its_transactions_are_ended(self):
        self.lease()
        with self.assertLogs(LOGGER, "WARNING"):
            self.assertEqual(self.end_lost(), 1)
        wait_until(self.is_ended, "the end of its session")

    def test_nobody_elses_are(self):
        self.lease("odoo-of-another")
        self.lease(None)
        self.assertEqual(self.end_lost(), 2)
        self.look()

    def test_nor_those_of_a_process_that_has_its_name_and_lives(self):
        self.lease(ends="'2126-01-01'")
        self.lease()
        self.assertEqual(self.end_lost(), 1)
        self.look()

    def test_nor_those_that_began_after_it_was_heard_last(self):
        self.lease(ends="'2020-01-01'")
        self.assertEqual(self.end_lost(), 1)
        self.look()

    def test_a_process_that_was_taken_for_gone_has_a_lease_again(self):
        own = self.leases._look_after_workers()
        self.assertEqual(self.leases._look_after_workers(own), own)
        self.run_out()
        new = self.leases._look_after_workers(own)
        self.assertNotEqual(new, own)
        self.assertEqual(self.rows().ids, [new])


class TestLook(LeaseCase):
    def notified(self):
        self.env.flush_all()
        with patch.object(type(self.env["ir.cron"]), "_notifydb") as notify:
            self.leases._look_after_workers()
        return notify.call_count

    def setUp(self):
        super().setUp()
        self.jobs = self.leases._jobs()
        self.jobs.nextcall = "2126-01-01"
        self.env["ir.cron.trigger"].search([("cron_id", "in", self.jobs.ids)]).unlink()

    def test_a_job_that_nobody_was_told_of_is_told_again(self):
        self.assertEqual(self.notified(), 0)
        self.jobs[0].nextcall = "2020-01-01"
        self.assertEqual(self.notified(), 1)

    def test_so_is_one_whose_trigger_was_left_behind(self):
        self.jobs[0]._trigger(at=self.env.cr.now())
        self.env.flush_all()
        self.assertEqual(self.notified(), 0, "somebody may be on the way")
        self.env.cr.execute(
            "UPDATE ir_cron_trigger SET call_at = call_at - interval '1 minute'"
        )
        self.assertEqual(self.notified(), 1)
        self.jobs[0].active = False
        self.assertEqual(self.notified(), 0)
