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
MERGED_AT_ONCE = 5000


class Plug4marketSkuChange(models.Model):
    """What changed on a product, on the hub or not; only ever inserted.

    The exporter merges these rows into ``plug4market.sku``, so that no stock move waits
    for the exporter or collides with it. Only then is it judged what a change means:
    in a long transaction's own view a product that was published meanwhile is none.
    """

    _name = "plug4market.sku.change"
    _description = "Plug4Market SKU Change"
    _log_access = False

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
        """Insert the transaction's marks.

        This is the end of the user's own transaction: whatever goes wrong here, a stock
        move is done, and the store's person is asked.
        """
        marks = self.env.cr.precommit.data.pop("plug4market_marks", {})
        lanes = [(lane, list(ids)) for lane, ids in marks.items() if ids]
        done, failed = fall_out(self.env, lanes, self._insert_lanes)
        if failed:
            self._marks_lost([error for _lane, error in failed])
        if any(done):
            self._wake_exporter()

    @api.model
    def _insert_lanes(self, lanes):
        """Insert them; return how many may be on sale, as far as is seen here."""
        if not self.env["res.company"].search_count(
            [("plug4market_active", "=", True)], limit=1
        ):
            return 0
        return sum(self._insert_lane(*lane) for lane in lanes)

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
    def _insert_lane(self, lane, product_ids):
        """Insert a mark of each product that is still there.

        :return: how many of them are, or are in something that is, on sale
        """
        in_kit = SQL("FALSE")
        if "mrp.bom" in self.env:
            in_kit = SQL(
                "EXISTS (SELECT FROM mrp_bom_line line "
                "WHERE line.product_id = mark.product_id)"
            )
        ((known,),) = self.env.execute_query(
            SQL(
                """
                WITH mark AS (
                    INSERT INTO plug4market_sku_change (product_id, lane)
                    SELECT id, %s FROM product_product WHERE id = ANY(%s)
                 RETURNING product_id
                )
                SELECT count(*) FROM mark
                 WHERE EXISTS (SELECT FROM plug4market_sku sku
                                WHERE sku.product_id = mark.product_id)
                    OR %s
                """,
                lane,
                product_ids,
                in_kit,
            )
        )
        return known

    @api.model
    def _with_kits(self):
        """What is marked, and for their stock the kits that are made of it."""
        if "mrp.bom" not in self.env:
            return SQL("SELECT product_id, lane FROM merged")
        return SQL(
            """
            WITH RECURSIVE affected AS (
                SELECT product_id, lane FROM merged
                 UNION
                SELECT kit.id, 'stock'
                  FROM affected
                  JOIN mrp_bom_line line ON line.product_id = affected.product_id
                   AND affected.lane = 'stock'
                  JOIN mrp_bom bom
                    ON bom.id = line.bom_id AND bom.type = 'phantom' AND bom.active
                  JOIN product_product kit
                    ON kit.id = bom.product_id
                    OR (bom.product_id IS NULL
                        AND kit.product_tmpl_id = bom.product_tmpl_id)
            )
            SELECT product_id, lane FROM affected
            """
        )

    @api.model
    def _merge(self):
        """Turn marks into waiting SKUs; return the SKUs that were marked.

        Many marks may be of products that are not for sale: they hold up no other.
        """
        rows = self.env["plug4market.sku"]
        marks = MERGED_AT_ONCE
        while marks == MERGED_AT_ONCE and len(rows) < MERGED_AT_ONCE:
            marks, merged = self._merge_some(MERGED_AT_ONCE)
            rows |= merged
        return rows

    @api.model
    def _merge_some(self, limit):
        """Merge up to ``limit`` marks; return how many these were, and their SKUs.

        Those of products that are, or shall be, on the hub: what could not be sent yet
        goes on by itself once its product is corrected. A SKU that was sent a moment
        ago waits a little: its next changes go along. One that waits already is as
        patient as before, however often it changes.
        """
        # A lost race is tried again: that is no error worth a log line.
        self.env.cr.execute(
            SQL(
                """
                WITH merged AS (
                    DELETE FROM plug4market_sku_change
                     WHERE id IN (SELECT id FROM plug4market_sku_change
                                   ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
                 RETURNING product_id, lane
                ), marked AS (%(with_kits)s), first AS (
                    SELECT product_id, bool_or(lane <> 'stock') AS corrected,
                           min(array_position(%(lanes)s::varchar[], lane::varchar))
                           AS priority
                      FROM marked GROUP BY product_id
                ), waiting AS (
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
                  FROM first, res_company company
                 WHERE sku.product_id = first.product_id
                   AND company.id = sku.company_id AND company.plug4market_active
                   AND (sku.sent_sku IS NOT NULL
                        OR sku.state = 'pending'
                        OR (sku.state = 'error' AND first.corrected))
             RETURNING sku.id
                )
                SELECT (SELECT count(*) FROM merged),
                       (SELECT array_agg(id) FROM waiting)
                """,
                limit=limit,
                with_kits=self._with_kits(),
                lanes=list(LANES),
                now=fields.Datetime.now(),
                rest=timedelta(seconds=SKU_REST_SECONDS),
            ),
            log_exceptions=False,
        )
        marks, ids = self.env.cr.fetchone()
        self.env["plug4market.sku"].invalidate_model()
        return marks, self.env["plug4market.sku"].browse(ids or [])
