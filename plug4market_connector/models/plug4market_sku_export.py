from datetime import timedelta

from odoo import api, fields, models

from ..const import LANES, LEASE_SECONDS
from ..hub import BudgetExhausted, CredentialsError, NotFoundInHub, RetryPolicy
from ..transaction import in_new_transaction, work_in_cron


class Plug4marketSku(models.Model):
    """Sends waiting SKUs: only what changed, the most urgent first."""

    _inherit = "plug4market.sku"

    _retry = RetryPolicy()

    @api.model
    def _wake_exporter(self):
        cron = "plug4market_connector.ir_cron_plug4market_export_products"
        self.env.ref(cron).sudo()._trigger()

    @api.model
    def _cron_export_products(self):
        """Send what waits, as long as the store's calls of this minute last."""
        work_in_cron(self.env, self._export)

    @api.model
    def _export(self, *, only=None, whole=False, lane=None, limit=40):
        """Send waiting SKUs; return how many were worked.

        ``whole``: send everything of them, changed or not, because a person asked.
        """
        ids = in_new_transaction(
            self.env, lambda env: env[self._name].sudo()._claim_ids(only, limit)
        )
        self.env.invalidate_all()
        stopped = self.env["res.company"]
        for row in self.sudo().browse(ids):
            if row.company_id in stopped:
                row._settle("pending", row.error, attempts=row.attempts)
            elif not row._send(lane or LANES[min(row.priority, len(LANES)) - 1], whole):
                stopped |= row.company_id
        if stopped:
            in_new_transaction(
                self.env, lambda env: env[self._name].sudo()._put_off(stopped.ids)
            )
        return len(ids)

    @api.model
    def _put_off(self, company_ids):
        """Let the stores that can make no call now leave the others their turn."""
        now = fields.Datetime.now()
        self.search(
            [
                ("company_id", "in", company_ids),
                ("state", "=", "pending"),
                ("next_attempt_at", "<=", now),
            ]
        ).write({"next_attempt_at": now + timedelta(seconds=10)})

    @api.model
    def _claim_ids(self, only, limit):
        """Merge what changed, then lease the most urgent waiting rows."""
        if only is None:
            self._put_sold_out_first(self.env["plug4market.sku.change"]._merge())
        domain = [
            ("state", "=", "pending"),
            ("next_attempt_at", "<=", fields.Datetime.now()),
            "|",
            ("lease_until", "=", False),
            ("lease_until", "<", fields.Datetime.now()),
            ("company_id.plug4market_active", "=", True),
            ("company_id", "in", self._connected_companies()),
        ]
        if only is not None:
            domain.append(("id", "in", only))
        rows = self.search(domain, limit=limit, order="priority, next_attempt_at, id")
        rows = rows.try_lock_for_update()
        rows.lease_until = fields.Datetime.now() + timedelta(seconds=LEASE_SECONDS)
        return rows.ids

    @api.model
    def _connected_companies(self):
        connections = self.env["plug4market.connection"].sudo()
        return connections.search([("state", "=", "connected")]).company_id.ids

    @api.model
    def _put_sold_out_first(self, rows):
        stock = LANES.index("stock") + 1
        for company, marked in rows.grouped("company_id").items():
            moved = marked.filtered(lambda row: row.priority == stock)
            stocks = moved.product_id._plug4market_stocks(company)
            sold_out = [row.id for row in moved if not stocks[row.product_id.id]]
            self.browse(sold_out).priority = 1

    def _send(self, lane, whole=False):
        """Bring the hub up to date with this SKU, and write what came of it.

        Return False when the store can make no call now.
        """
        self.ensure_one()
        company = self.company_id
        row = self.with_company(company).with_context(
            lang=self.env.context.get("lang") or company._plug4market_lang()
        )
        product = row.product_id
        revision = row.revision
        try:
            body = product._plug4market_prepare_body(row)
            missing = body.missing_fields()
            problem = missing and product._plug4market_explain_missing(missing)
            known = body.known_json()
            if missing and not row.sent_sku:
                row._settle("error", problem)
                return True
            sent = {} if whole or row.sent_sku != body.sku else row.sent_body or {}
            if any(sent.get(name) != value for name, value in known.items()):
                row._call(company._plug4market_client(lane), body, known, sent)
            row._settle(
                "error" if problem else "synced",
                problem,
                revision=revision,
                sent_sku=body.sku,
                sent_body=known,
                synced_at=fields.Datetime.now(),
                attempts=0,
            )
        except (BudgetExhausted, CredentialsError) as error:
            row._fail(error)
            return False
        except Exception as error:  # noqa: BLE001  the row keeps what happened
            row._fail(error)
        return True

    def _call(self, client, body, known, sent):
        """Send what changed since ``sent``; all of it when the hub may lack the SKU."""
        if self.sent_sku and self.sent_sku != body.sku:
            old = self.product_id._plug4market_prepare_retired_body(self.sent_sku)
            client.update_product(self.sent_sku, old)
        if not sent:
            client.save_product(known, exists=self.sent_sku == body.sku)
            return
        changed = {name: v for name, v in known.items() if sent.get(name) != v}
        try:
            client.update_product(
                body.sku, {"productId": known["productId"], **changed}
            )
        except NotFoundInHub:
            # Somebody deleted it on the hub: what Odoo publishes exists there.
            client.save_product(known, exists=False)

    def _fail(self, error):
        """Keep the problem on the row: try again by itself, or wait for a person."""
        message = self.env["plug4market.connection"]._explain(error)
        waits = isinstance(error, BudgetExhausted | CredentialsError)
        if not waits and not getattr(error, "retryable", False):
            self._settle("error", message)
            return
        delay = (error.retry_after or 60) if waits else None
        if delay is None:
            delay = self._retry.delay(self.attempts, error)
        due = fields.Datetime.now() + timedelta(seconds=delay)
        attempts = self.attempts if waits else self.attempts + 1
        self._settle("pending", message, attempts=attempts, next_attempt_at=due)

    def _settle(self, state, error=None, revision=None, **values):
        """Write the outcome; a change that came in between keeps the row waiting."""
        values.update(state=state, error=error or False, lease_until=False)

        def settle(env):
            row = env[self._name].browse(self.id)
            if revision is not None and row.revision != revision:
                values["state"] = "pending"
            row.write(values)

        in_new_transaction(self.env, settle)
