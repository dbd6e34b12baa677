import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...transaction import LOST_SECONDS, ask_for_help, fall_out
from ..store.plug4market_budget import LANES
from .plug4market_sku_exporter import CRON

_logger = logging.getLogger(__name__)

# Seconds between two calls for one SKU, but for stock that reached zero: a hundred
# moves in a minute are two calls.
SKU_REST_SECONDS = 60


class Plug4marketSkuChange(models.Model):
    """What changed on a product that is on the hub; only ever inserted.

    The exporter merges these rows into ``plug4market.sku``, so that no stock move waits
    for the exporter or collides with it.
    """

    _name = "plug4market.sku.change"
    _description = "Plug4Market SKU Change"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    product_id = fields.Many2one("product.product", required=True, ondelete="cascade")
    lane = fields.Selection([(lane, lane) for lane in LANES], required=True)

    @api.model
    def _mark(self, products, lane):
        """Note that ``lane`` of ``products`` changed, once at the transaction's end.

        What was written because the hub said so is not told to the hub.
        """
        if self.env.context.get("plug4market_known_on_hub"):
            return
        marks = self.env.cr.precommit.data.setdefault("plug4market_marks", {})
        if not marks:
            self.env.cr.precommit.add(self.sudo()._insert_marks)
        marks.setdefault(lane, set()).update(products.ids)

    @api.model
    def _unmark(self, products):
        """Drop the transaction's marks of ``products``, which are sent whole anyway."""
        for marked in self.env.cr.precommit.data.get("plug4market_marks", {}).values():
            marked.difference_update(products.ids)

    @api.model
    def _insert_marks(self):
        """Insert the transaction's marks of products that are, or shall be, on the hub.

        What could not be sent yet goes on by itself once its product is corrected.

        This is the end of the user's own transaction: whatever goes wrong here, a stock
        move is done. Kits of components then keep their old stock, and the store's
        person is asked.
        """
        marks = self.env.cr.precommit.data.pop("plug4market_marks", {})
        lanes = [(lane, list(ids)) for lane, ids in marks.items() if ids]
        done, failed = fall_out(self.env, lanes, self._insert_lanes)
        if failed:
            self._marks_lost([error for _lane, error in failed])
            lanes = [lane for (lane,), _error in failed]
            again, _failed = fall_out(
                self.env, lanes, partial(self._insert_lanes, kits=False)
            )
            done += again
        if any(done):
            self._wake_exporter()

    @api.model
    def _insert_lanes(self, lanes, *, kits=True):
        return sum(len(self._insert_lane(*lane, kits=kits)) for lane in lanes)

    @api.model
    def _wake_exporter(self):
        """Wake the exporter; without that it finds the marks within a minute."""
        exporter = self.env["plug4market.sku.exporter"]
        _done, failed = fall_out(self.env, [exporter], lambda _one: exporter._wake())
        for _exporter, error in failed:
            _logger.warning("the exporter cannot be woken: %s", error)

    @api.model
    def _marks_lost(self, errors):
        """Ask for help once the user's transaction has ended."""
        for error in errors:
            _logger.error("products could not be marked", exc_info=error)
        ask = partial(ask_for_help, self.env, CRON, errors[0])
        self.env.cr.postcommit.add(partial(ask, again_in=LOST_SECONDS))

    @api.model
    def _insert_lane(self, lane, product_ids, *, kits=True):
        affected = SQL("SELECT unnest(%s) AS product_id", product_ids)
        if kits and lane == "stock" and "mrp.bom" in self.env:
            affected = self._with_kits(affected)
        return self.env.execute_query(
            SQL(
                """
                INSERT INTO plug4market_sku_change (company_id, product_id, lane)
                SELECT sku.company_id, sku.product_id, %s
                  FROM plug4market_sku sku
                  JOIN res_company company ON company.id = sku.company_id
                 WHERE sku.product_id IN (%s)
                   AND (sku.sent_sku IS NOT NULL
                        OR sku.state = 'pending'
                        OR (sku.state = 'error' AND %s))
                   AND company.plug4market_active
             RETURNING id
                """,
                lane,
                affected,
                lane != "stock",
            )
        )

    @api.model
    def _with_kits(self, affected):
        """Add the kits that one of the ``affected`` products is a component of."""
        return SQL(
            """
            WITH RECURSIVE affected AS (
                %s
                 UNION
                SELECT kit.id
                  FROM affected
                  JOIN mrp_bom_line line ON line.product_id = affected.product_id
                  JOIN mrp_bom bom
                    ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
                  JOIN product_product kit
                    ON kit.id = bom.product_id
                    OR (bom.product_id IS NULL
                        AND kit.product_tmpl_id = bom.product_tmpl_id)
            )
            SELECT product_id FROM affected
            """,
            affected,
        )

    @api.model
    def _merge(self, limit=5000):
        """Turn marks into waiting SKUs; return the SKUs that were marked.

        A SKU that was sent a moment ago waits a little: its next changes go along. One
        that waits already is as patient as before, however often it changes.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH merged AS (
                    DELETE FROM plug4market_sku_change
                     WHERE id IN (SELECT id FROM plug4market_sku_change
                                   ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
                 RETURNING company_id, product_id,
                           array_position(%(lanes)s::varchar[], lane) AS priority
                ), first AS (
                    SELECT company_id, product_id, min(priority) AS priority
                      FROM merged GROUP BY company_id, product_id
                )
                UPDATE plug4market_sku sku
                   SET revision = coalesce(sku.revision, 0) + 1,
                       priority = CASE WHEN sku.state = 'pending'
                                       THEN least(sku.priority, first.priority)
                                       ELSE first.priority END,
                       attempts = CASE WHEN sku.state = 'pending'
                                       THEN sku.attempts ELSE 0 END,
                       failing_since = CASE WHEN sku.state = 'pending'
                                            THEN sku.failing_since END,
                       next_attempt_at = CASE
                           WHEN sku.state = 'pending' THEN sku.next_attempt_at
                           ELSE greatest(%(now)s, sku.synced_at + %(rest)s) END,
                       state = 'pending'
                  FROM first
                 WHERE sku.company_id = first.company_id
                   AND sku.product_id = first.product_id
             RETURNING sku.id
                """,
                limit=limit,
                lanes=list(LANES),
                now=fields.Datetime.now(),
                rest=timedelta(seconds=SKU_REST_SECONDS),
            )
        )
        self.env["plug4market.sku"].invalidate_model()
        return self.env["plug4market.sku"].browse([row[0] for row in rows])
