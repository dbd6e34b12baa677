from odoo import api, fields, models
from odoo.exceptions import UserError

from ...hub import forget_values
from ...messages import notification
from ...refusals import refuse_negative
from ...transaction import DONE_AT_ONCE, fresh_view, own_transaction
from ..store.plug4market_budget import LANES

SKU_STATES = [
    ("not_sent", "Not sent"),
    ("pending", "Waiting to be sent"),
    ("synced", "Up to date"),
    ("error", "Problem"),
]


class Plug4marketSku(models.Model):
    """What one company offers of one product on the hub, and what it sent last.

    Products are shared between companies, stores are not. Only the exporter and the
    user's edits write here.
    """

    _name = "plug4market.sku"
    _inherit = ["plug4market.patient.mixin", "plug4market.leased.mixin"]
    _description = "Plug4Market SKU"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True
    )
    state = fields.Selection(SKU_STATES, default="not_sent", required=True)
    error = fields.Text()
    name_override = fields.Char()
    price_override = fields.Float("Price on marketplaces", digits="Product Price")
    promo_price = fields.Float("Promotional price", digits="Product Price")
    promo_start = fields.Datetime()
    promo_end = fields.Datetime()
    sent_sku = fields.Char("SKU in the hub")
    sent_body = fields.Json()
    synced_at = fields.Datetime()
    priority = fields.Integer(
        default=len(LANES), help="Place in the queue by what changed; 1 goes first."
    )
    revision = fields.Integer(
        default=0,
        help="Grows with every change, so that none is lost while it is sent.",
    )
    lease_revision = fields.Integer(help="The revision that the exporter is sending.")

    _company_product_uniq = models.UniqueIndex("(company_id, product_id)")
    _sent_sku_idx = models.Index("(company_id, sent_sku) WHERE sent_sku IS NOT NULL")
    _refused_idx = models.Index("(company_id) WHERE refused IS NOT NULL")
    _pending_idx = models.Index(
        "(company_id, priority, next_attempt_at, id) WHERE state = 'pending'"
    )

    @api.constrains("price_override", "promo_price")
    def _check_prices(self):
        refuse_negative(self, "price_override", "promo_price")

    def write(self, vals):
        """An SKU that is off the hub may be another product's alone from now on."""
        given_up = set()
        if "sent_sku" in vals:
            rows = self.filtered(lambda row: row.sent_sku != vals["sent_sku"])
            given_up.update(filter(None, rows.mapped("sent_sku")))
            rows._take_over_sku(vals["sent_sku"])
        result = super().write(vals)
        if given_up:
            self.env["product.product"]._plug4market_match_orders(given_up)
        return result

    # -- rows -----------------------------------------------------------------

    @api.model
    def _ensure(self, company, products):
        """The rows of ``products`` in ``company``, made where they are missing."""
        rows = self.sudo().search(
            [("company_id", "=", company.id), ("product_id", "in", products.ids)]
        )
        missing = products - rows.product_id
        return rows | self.sudo().create(
            [
                {"company_id": company.id, "product_id": product.id}
                for product in missing
            ]
        )

    def _mark_pending(self, lane="content", *, whole=False):
        """Let these SKUs be sent, new ones on their default channels.

        ``whole``: all of them, changed or not, and refused listings again.
        """
        self._give_default_channels()
        if whole:
            refused = self._announcements().filtered("refused_listing")
            refused.write({"refused_listing": False, "refusal": False})
        for row in self:
            row.write(
                {
                    "state": "pending",
                    "error": False,
                    "revision": row.revision + 1,
                    "priority": LANES.index(lane) + 1,
                    **self._prepare_fresh_values(),
                    **(row._prepare_whole_values() if whole else {}),
                }
            )

    def _prepare_whole_values(self):
        """The values of a SKU all of which is to be sent, refused before or not."""
        known = self.sent_body
        return {"sent_body": known and forget_values(known), "refused": False}

    @api.model
    def _mark_ended_promotions(self, since, until):
        """Mark the SKUs whose promotion ended in this time, on any channel."""
        ended = self.search([("promo_end", ">", since), ("promo_end", "<=", until)])
        announced = self.env["plug4market.announcement"].search(
            [("sale_date_end", ">", since), ("sale_date_end", "<=", until)]
        )
        products = ended.product_id | announced.product_id
        self.env["plug4market.sku.change"]._mark(products, "price")

    @api.model
    def _start_afresh(self, company):
        """Let all SKUs of ``company`` be new in a store that has none of them.

        What is not on sale any more has nothing to be taken off sale there.
        """
        rows = self.search([("company_id", "=", company.id)])
        rows._check_nothing_on_its_way()
        rows._announcements().write(
            {"refused_listing": False, "refusal": False, "problem": False}
        )
        offered = rows.product_id._plug4market_offered()
        for row in rows:
            row.write({**row._prepare_forgotten_values(), "synced_at": False})
        sold = rows.filtered(lambda row: row.product_id in offered)
        sold.filtered(lambda row: row.state != "not_sent")._mark_pending(whole=True)
        (rows - sold).write({"state": "not_sent", "error": False})

    def _check_nothing_on_its_way(self):
        """See that no answer to a call of before is written on what starts afresh.

        :raise UserError: while one is awaited
        """
        if self.lease_id:
            raise UserError(
                self.env._(
                    "Plug4Market has not answered all that was sent to the store "
                    "before. Answer again in a few minutes."
                )
            )

    @api.model
    def _send_whole(self, company):
        """Let what ``company`` has on the hub be sent whole, the sold out first."""
        rows = self.search([("company_id", "=", company.id), ("sent_sku", "!=", False)])
        rows._mark_pending("stock", whole=True)
        self.env["plug4market.sku.exporter"]._put_sold_out_first(rows)

    def _give_default_channels(self):
        """A SKU that is published for the first time starts on the default channels."""
        new = self.filtered(lambda row: not row.sent_sku)
        self.env["plug4market.announcement"].sudo().create(
            [
                {"sku_id": row.id, "channel_id": channel.id}
                for row in new - new._announcements().sku_id
                for channel in row.company_id.plug4market_default_channel_ids
            ]
        )

    # -- clicks ---------------------------------------------------------------

    @api.model
    def _click(self, products):
        """Send ``products`` now, and tell what came of each."""
        self.env["res.users"]._plug4market_check_role()
        products.check_access("read")
        row_ids = self._offer_now(self.env.company, products).ids
        self.env["plug4market.sku.exporter"]._send_now(row_ids[:DONE_AT_ONCE])
        with fresh_view(self.env) as env:
            return env[self._name].sudo().browse(row_ids)._show_outcome()

    @api.model
    @own_transaction
    def _offer_now(self, company, products):
        rows = self._offer(company, products)
        if len(rows) > DONE_AT_ONCE:
            self.env["plug4market.sku.exporter"]._wake()
        return rows

    @api.model
    def _offer(self, company, products):
        """Put these products on sale; return their SKUs, waiting to be sent whole."""
        products.product_tmpl_id.filtered(
            lambda template: not template.plug4market_enabled
        ).sudo().plug4market_enabled = True
        rows = self._ensure(company, products)
        rows._mark_pending(whole=True)
        # What is on sale here may be in another company's store from now on, too.
        elsewhere = self.sudo().search(
            [("product_id", "in", products.ids), ("company_id", "!=", company.id)]
        )
        self.env["plug4market.sku.change"]._unmark(products - elsewhere.product_id)
        return rows

    def _is_off_sale(self):
        """Whether the hub is known to have it, and not to sell it."""
        self.ensure_one()
        known = self.sent_body or {}
        return self.state == "synced" and known.get("active") is False

    def _sold_out(self, company):
        """Those of these SKUs, all of one company, of which nothing can be offered."""
        stocks = self.product_id._plug4market_stocks(company)
        return self.filtered(lambda row: not stocks[row.product_id.id])

    def _in_store(self, company):
        """These SKUs as their store's people see them."""
        lang = self.env.context.get("lang") or company._plug4market_lang()
        return self.with_company(company).with_context(
            lang=lang, allowed_company_ids=company.ids
        )

    def _outcome_remarks(self):
        """Sentences about what else a person should know of these SKUs."""
        problems = self._announcements().filtered("problem")
        return [
            f"{row.product_id.display_name}, {row.channel_id.name}: {row.problem}"
            for row in problems[:5]
        ]

    def _show_outcome(self):
        """A notification that says how many products are on the hub, and why not."""
        by_state = self.grouped("state")
        synced = len(by_state.get("synced", []))
        waiting = len(by_state.get("pending", []))
        lines = [
            f"{row.product_id.display_name}: {row.error}" for row in self if row.error
        ][:5]
        if waiting:
            lines.insert(0, self.env._("%s products wait to be sent.", waiting))
            lines += self.company_id._plug4market_why_stopped()
        lines += self._outcome_remarks()
        if synced:
            lines.insert(0, self.env._("%s products are up to date.", synced))
        return notification(
            "\n".join(lines),
            kind="success" if synced == len(self) else "warning",
            title=self.env._("Product synchronisation"),
            sticky=synced != len(self),
        )
