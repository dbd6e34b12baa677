from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...hub import HeldBack
from ...lease import REST_SECONDS
from ...transaction import (
    apart,
    fall_out,
    fresh_view,
    own_transaction,
    work_in_cron,
)
from ..store.plug4market_budget import LANES

# SKUs of a store that one round sends: a product that sells out waits for no more.
SKUS_AT_ONCE = 20

CRON = "plug4market_connector.ir_cron_plug4market_export_products"
# A click may take these rounds: an old SKU retired, the new one made, its images...
ROUNDS_OF_A_CLICK = 12
# The job rests no longer than this in one go, and then looks whether an order waits.
LONGEST_REST = 1.5
SHORTEST_REST = 0.5
A_MINUTE = 60
A_SECOND = timedelta(seconds=1)


class Plug4marketSkuExporter(models.AbstractModel):
    """Brings the hub up to date with waiting SKUs, the most urgent first.

    A round takes some SKUs of every store, makes at most one call for each, and writes
    what came of it. The SKU's next call is found anew from what is wanted and what the
    hub is known to have, so a round that is lost at any point loses nothing.
    """

    _name = "plug4market.sku.exporter"
    _inherit = ["plug4market.store.calls"]
    _description = "Plug4Market SKU Exporter"

    @api.model
    def _cron_export_products(self):
        """Send what waits, as long as the stores' calls of this minute last."""
        began = fields.Datetime.now()
        since = self.env.context.get("lastcall") or began - timedelta(days=1)
        self._mark_passed(since, began)
        work_in_cron(
            self.env,
            self._run,
            cron=CRON,
            rest=self._rest,
            gives_way=self._gives_way,
        )
        # The next run is told when this one ended, not when it looked.
        self._mark_passed(began, fields.Datetime.now())

    @api.model
    def _mark_passed(self, since, until):
        """Mark what began or ended in this time, and in its very first second.

        What ends in a second is in force until that is over, and was seen so by who
        looked within it.
        """
        apart(
            self.env["res.company"],
            lambda: self._mark_dated(since - A_SECOND, until),
            cron=CRON,
            again_in=A_MINUTE,
        )

    @api.model
    @own_transaction
    def _mark_dated(self, since, now):
        self.env["product.pricelist.item"]._plug4market_mark_dated(since, now)
        self.env["plug4market.sku"].sudo()._mark_ended_promotions(since, now)
        self.env["stock.lot"]._plug4market_mark_expired(since, now)

    @api.model
    def _wake(self):
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _send_now(self, row_ids):
        """Bring these SKUs up to date while their user waits.

        Each round must see what the one before it committed.
        """
        for _round in range(ROUNDS_OF_A_CLICK):
            with fresh_view(self.env) as env:
                exporter = env[self._name].sudo()
                if not exporter._run(only=row_ids, lane="click"):
                    break

    @api.model
    def _run(self, *, only=None, lane="content"):
        """Do one round; return how many SKUs and categories were worked."""
        with self._at_work():
            return self._work_round(only, lane)

    @api.model
    def _work_round(self, only, lane):
        ids = self.sudo()._lease_due(only)
        self.env.invalidate_all()
        rows = self.env["plug4market.sku"].sudo().browse(ids)
        steps = {}
        for company, store_rows in rows.grouped("company_id").items():
            planned = self._apart(company, partial(self._plan, company, store_rows))
            steps[company] = planned or []
        self._make_calls(steps, lane)
        if only:
            return len(ids)
        # After the SKUs, of which some are sold out; in a view that sees all of them.
        with fresh_view(self.env) as env:
            return len(ids) + env["plug4market.category"].sudo()._send_due()

    # -- claiming -------------------------------------------------------------

    @api.model
    @own_transaction
    def _lease_due(self, only):
        """Merge what changed, then lease the most urgent SKUs of each store."""
        if only is None:
            self._put_sold_out_first(self.env["plug4market.sku.change"]._merge())
        lease_id = self.env["plug4market.lease"]._claimable()
        if not lease_id:
            return []
        budget = self.env["plug4market.budget"]
        rows = self.env.execute_query(
            SQL(
                """
                WITH store AS (%(stores)s), due AS (
                    SELECT found.id
                      FROM store, LATERAL (
                           SELECT sku.id
                             FROM plug4market_sku sku
                            WHERE sku.company_id = store.company_id
                              AND sku.state = 'pending'
                              AND sku.next_attempt_at <= %(now)s
                              AND sku.lease_id IS NULL
                              AND 0 < CASE sku.priority
                                      WHEN 1 THEN store.sold_out_calls
                                      ELSE store.catalogue_calls END
                              AND %(only)s
                            ORDER BY sku.priority, sku.next_attempt_at, sku.id
                            LIMIT least(%(limit)s,
                                        coalesce(nullif(store.catalogue_calls, 0),
                                                 store.sold_out_calls))
                              FOR UPDATE SKIP LOCKED) found
                )
                UPDATE plug4market_sku sku
                   SET lease_id = %(lease)s, lease_revision = sku.revision
                  FROM due
                 WHERE due.id = sku.id
             RETURNING sku.id
                """,
                stores=budget._select_stores(clicked=bool(only)),
                now=fields.Datetime.now(),
                lease=lease_id,
                only=SQL("sku.id IN %s", tuple(only)) if only else SQL("TRUE"),
                limit=SKUS_AT_ONCE,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _put_sold_out_first(self, rows):
        """Let the SKUs among ``rows`` go first whose stock moved to zero.

        One whose stock cannot be computed keeps its place: planning says why.
        """
        stock = LANES.index("stock") + 1
        for company, marked in rows.grouped("company_id").items():
            moved = marked.filtered(lambda row: row.priority == stock)
            sold_out, _failed = fall_out(
                self.env, moved, lambda part, company=company: part._sold_out(company)
            )
            moved.browse().union(*sold_out).write(
                {"priority": 1, "next_attempt_at": fields.Datetime.now()}
            )
        rows.flush_recordset()

    @api.model
    def _rest(self):
        """Seconds after which there may be something to do; None when nothing waits.

        Asked when a round found nothing to send: what is due waits for a free call.
        """
        budget = self.env["plug4market.budget"]
        ((due,),) = self.env.execute_query(
            SQL(
                """
                SELECT min(extract(epoch FROM sku.next_attempt_at - %(now)s))
                  FROM (%(stores)s) store
                  JOIN plug4market_sku sku ON sku.company_id = store.company_id
                 WHERE sku.state = 'pending'
                   AND sku.lease_id IS NULL
                """,
                stores=budget._select_stores(),
                now=fields.Datetime.now(),
            )
        )
        if due is None or due > LONGEST_REST:
            return None
        return max(float(due), SHORTEST_REST)

    # -- planning -------------------------------------------------------------

    @api.model
    def _plan(self, company, rows):
        """Find the next call of each SKU; settle those that need none."""
        # The most urgent first: the store's calls may not last for all of them.
        rows = rows.sorted("priority, next_attempt_at, id")._in_store(company)
        found, failed = fall_out(self.env, rows, lambda part: part._find_next_steps())
        planned = [step for part in found for step in part]
        idle = [(row, values) for row, step, values in planned if not step]
        self._settle(
            idle + [(row, row._prepare_failure_values(error)) for row, error in failed]
        )
        steps = [(row, step) for row, step, _values in planned if step]
        return self._hold_back(company, rows, steps)

    @api.model
    def _hold_back(self, company, rows, planned):
        """Hold new products back for a round while their categories are being sent.

        Nothing is sent before stock that reached zero.
        """
        if any(row.priority == 1 for row, _step in planned):
            return planned
        new = {row.id for row, step in planned if step.kind == "create"}
        needing = rows.filtered(lambda row: row.sent_sku or row.id in new)
        coming = (
            self.env["plug4market.category"]
            .sudo()
            ._send_for(company, needing.product_id.categ_id)
        )
        held = {
            row.id
            for row, step in planned
            if step.kind == "create" and row.product_id.categ_id in coming
        }
        self._settle([(row, {}) for row, _step in planned if row.id in held])
        return [(row, step) for row, step in planned if row.id not in held]

    # -- calling --------------------------------------------------------------

    @api.model
    def _make_calls(self, steps, lane):
        """Make the planned calls, all stores side by side, and write the outcomes."""
        wanted, lanes = {}, {}
        for company, planned in steps.items():
            if planned:
                urgent = all(row.priority == 1 for row, _step in planned)
                lanes[company] = "sold_out" if urgent else lane
                wanted[company] = [step.call for _row, step in planned]
        gives_way = self._gives_way if lane != "click" else None
        for company, outcomes in self._call_stores(
            wanted, lanes, gives_way=gives_way
        ).items():
            called = list(zip(steps[company], outcomes, strict=True))
            held = [row for (row, _step), one in called if _is_held_back(one)]
            self._settle([(row, {}) for row in held])
            made = [(*call, one) for call, one in called if not _is_held_back(one)]
            self._apart(company, partial(self._settle_calls, made))

    @api.model
    def _gives_way(self):
        """Whether an order waits, which goes before the catalogue; wakes its worker."""
        with fresh_view(self.env) as env:
            waits = env["plug4market.budget"]._orders_wait()
            return waits and env["plug4market.order.event"]._wake_idle_worker()

    @api.model
    def _apart(self, company, work):
        """Do one store's part of a round; what was claimed comes again if it fails."""
        return apart(company, work, cron=CRON, again_in=2 * REST_SECONDS)

    @api.model
    def _settle_calls(self, made):
        """Write what came of the calls; what cannot be said of one stops no other."""
        found, failed = fall_out(
            self.env,
            made,
            lambda part: [
                (row, row._prepare_step_values(step, outcome))
                for row, step, outcome in part
            ],
        )
        self._settle(
            [settled for part in found for settled in part]
            + [
                (row, row._prepare_failure_values(error))
                for ((row, *_call),), error in failed
            ]
        )

    # -- settling -------------------------------------------------------------

    @api.model
    def _settle(self, settled):
        """Write the values of each SKU in one short transaction.

        A change that came in since it was claimed keeps its SKU waiting.
        """
        if not settled:
            return
        for company in self._write_settled(settled):
            self._apart(company, company._plug4market_follow_refusals)

    @api.model
    @own_transaction
    def _write_settled(self, settled):
        """Write the values of each SKU; where that fails, why it does.

        :return: the companies of SKUs of which something is refused now, or no more
        """
        done, failed = fall_out(self.env, settled, self._write_values)
        why = [
            (row, row._prepare_failure_values(error))
            for ((row, _values),), error in failed
        ]
        return self._write_values(why).union(*done).company_id

    @api.model
    def _write_values(self, settled):
        """Write them; return the SKUs of which something is refused now, or no more."""
        changed = self.env["plug4market.sku"].sudo()
        rows = changed.browse([claimed.id for claimed, _values in settled])
        ours = rows._ours()
        for row, (_claimed, values) in zip(rows, settled, strict=True):
            if row not in ours:
                continue
            if bool(values.get("refused", row.refused)) != bool(row.refused):
                changed |= row
            if row.revision != row.lease_revision:
                values = {**values, "state": "pending"}
            row.write({**values, "lease_id": False})
        return changed


def _is_held_back(outcome):
    """Whether a call was not made because something more urgent went first."""
    return not outcome.made and isinstance(outcome.error, HeldBack)
