import pytz
from markupsafe import Markup

from odoo import api, fields, models

from ..transaction import fall_out
from .account_move_cancellation import NfeFacts
from .sale_order_undo import Step

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_cancelled"


class SaleOrder(models.Model):
    """The end of an order: Odoo undoes what is safe and asks for the rest, once."""

    _inherit = "sale.order"

    plug4market_cancel_reason = fields.Char(
        "Reason of the cancellation", copy=False, readonly=True
    )
    plug4market_hub_nfe_key = fields.Char(
        "NF-e key in the hub",
        copy=False,
        readonly=True,
        help="The access key of the NF-e that Plug4Market has for the order.",
    )

    @api.depends("plug4market_status")
    def _compute_invoice_status(self):
        """Nothing more is to be invoiced of what the marketplace has cancelled."""
        result = super()._compute_invoice_status()
        for order in self:
            over = order.plug4market_status == "CANCELED"
            if over and order.invoice_status == "to invoice":
                order.invoice_status = "no"
        return result

    def _plug4market_cancelled_by_hub(self):
        """Undo what may be undone; ask a person for the rest.

        Each step stands alone: what Odoo refuses is told with its reason, and the
        others are done all the same.
        """
        self.ensure_one()
        order = self.with_context(
            plug4market_from_hub=True, lang=self.company_id._plug4market_lang()
        ).with_company(self.company_id)
        plan = order._plug4market_undo_steps()
        done, refused = [], {}
        for step in plan:
            if step.is_automatic and step.kind != "order":
                order._plug4market_try(step, done, refused)
        left = order._plug4market_undo_steps()
        if (last := Step("order", order)) in left and not refused:
            order._plug4market_try(last, done, refused)
        left = [step for step in left if not step.is_automatic]
        doubts = [step for step in plan if step.kind == "maybe_nfe"]
        order._plug4market_tell_cancelled(
            done, refused, list(dict.fromkeys(left + doubts))
        )

    def _plug4market_try(self, step, done, refused):
        """Do a step, and keep it with what was done, or with why Odoo refused it."""
        _done, failed = fall_out(
            self.env, step.record, lambda _record: self._plug4market_undo(step)
        )
        if not failed:
            done.append(step)
            return
        ((_record, error),) = failed
        refused[step] = self.env["plug4market.connection"]._explain(error)
        if step.kind == "invoice":
            # A locked period, for one: today's credit note does the same.
            self._plug4market_try(Step("credit_note", step.record), done, refused)

    def _plug4market_tell_cancelled(self, done, refused, left):
        """Say on the order what was done, and ask for what is left."""
        done_lines = [self._plug4market_undo_sentence(step, done=True) for step in done]
        todo_lines = [self._plug4market_undo_sentence(step) for step in left]
        todo_lines += [
            self.env._(
                "%(step)s Odoo refused it: %(reason)s",
                step=self._plug4market_undo_sentence(step),
                reason=reason,
            )
            for step, reason in refused.items()
        ]
        note = Markup("<div>%s</div>") % self.env._(
            "The marketplace cancelled %s.", self.display_name
        ) + self._plug4market_listed(self.env._("Done:"), done_lines)
        self._message_log(body=note)
        if todo_lines:
            self._plug4market_ask(
                self.env._("Cancelled on the marketplace"),
                note + self._plug4market_listed(self.env._("Left to do:"), todo_lines),
                ACTIVITY_TYPE,
                self._plug4market_undo_deadline(left),
            )

    def _plug4market_undo_deadline(self, steps):
        """The day by which an NF-e has to be cancelled, today at the earliest."""
        zone = pytz.timezone(
            self.company_id._plug4market_person().tz or "America/Sao_Paulo"
        )
        limits = [
            step.record._plug4market_nfe_facts().until
            for step in steps
            if step.kind == "nfe"
        ]
        now = fields.Datetime.now()
        day = max(now, min(filter(None, limits), default=now))
        return pytz.utc.localize(day).astimezone(zone).date()

    def _plug4market_close_cancellation(self):
        """Mark the activity done where a person has done what it asked for.

        The order, which stayed open for the credit note or the return, is cancelled.
        """
        waiting = self.filtered(
            lambda order: (
                order.plug4market_status == "CANCELED"
                and order.activity_search([ACTIVITY_TYPE])
            )
        )
        for order in waiting.with_context(plug4market_from_hub=True):
            steps = order._plug4market_undo_steps()
            if any(step.kind != "order" for step in steps):
                continue
            done, refused = [], {}
            for step in steps:
                order._plug4market_try(step, done, refused)
            if not refused:
                order.activity_feedback([ACTIVITY_TYPE])

    def _plug4market_nfe_facts(self):
        """The NF-e of an order without any invoice in Odoo; see ``account.move``."""
        key = self.plug4market_hub_nfe_key
        files = self.env["plug4market.nfe.file"]
        return NfeFacts(not files._cancelled_keys(self.company_id, [key]), key)
