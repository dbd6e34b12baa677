from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...messages import explain
from ...transaction import fall_out
from .account_move import NfeFacts
from .undo_plan import Step, UndoPlan, listed

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
        plan = UndoPlan(order)
        planned = plan.steps()
        done, refused = [], {}
        for step in planned:
            if step.is_automatic and step.kind != "order":
                order._plug4market_try(step, done, refused)
        left = plan.steps()
        if (last := Step("order", order)) in left and not refused:
            order._plug4market_try(last, done, refused)
        left = [step for step in left if not step.is_automatic]
        doubts = [step for step in planned if step.kind == "maybe_nfe"]
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
        refused[step] = explain(self.env, error)
        if step.kind == "invoice":
            # A locked period, for one: today's credit note does the same.
            self._plug4market_try(Step("credit_note", step.record), done, refused)

    def _plug4market_tell_cancelled(self, done, refused, left):
        """Say on the order what was done, and ask for what is left."""
        plan = UndoPlan(self)
        done_lines = [plan.sentence(step, done=True) for step in done]
        todo_lines = [plan.sentence(step) for step in left]
        todo_lines += [
            self.env._(
                "%(step)s Odoo refused it: %(reason)s",
                step=plan.sentence(step),
                reason=reason,
            )
            for step, reason in refused.items()
        ]
        note = Markup("<div>%s</div>") % self.env._(
            "The marketplace cancelled %s.", self.display_name
        ) + listed(self.env._("Done:"), done_lines)
        self._message_log(body=note)
        if todo_lines:
            self._plug4market_ask(
                self.env._("Cancelled on the marketplace"),
                note + listed(self.env._("Left to do:"), todo_lines),
                ACTIVITY_TYPE,
                plan.deadline(left),
            )

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
            steps = UndoPlan(order).steps()
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

    # -- doing it -------------------------------------------------------------

    def _plug4market_undo(self, step):
        """Do an automatic step."""
        record = step.record
        {
            "transfer": lambda: record.action_cancel(),
            "draft_invoice": lambda: record.button_cancel(),
            "invoice": lambda: record.button_cancel(),
            "credit_note": lambda: record._plug4market_prepare_credit_note(),
            "return": lambda: record._plug4market_return(),
            "order": lambda: record._action_cancel(),
        }[step.kind]()

    # -- cancelled in Odoo ----------------------------------------------------

    def _plug4market_waited_for(self):
        """These orders as far as the marketplace waits for them and should be asked."""
        if self.env.context.get("plug4market_from_hub"):
            # A caller may claim that, too.
            self.env["res.users"]._plug4market_check_role()
            return self.browse()
        return self.filtered(
            lambda order: (
                order.plug4market_order_uid
                and order.plug4market_status != "CANCELED"
                and order.company_id.plug4market_active
            )
        )

    def action_cancel(self):
        """Ask the marketplace first: the order is cancelled once the hub says so."""
        if waited_for := self._plug4market_waited_for():
            self.env["res.users"]._plug4market_check_role()
            return waited_for.action_plug4market_cancel_order()
        return super().action_cancel()

    def _action_cancel(self):
        """No other way of cancelling may forget the marketplace."""
        if waited_for := self._plug4market_waited_for():
            raise UserError(
                self.env._(
                    "The marketplace still waits for %(orders)s. Choose Cancel order "
                    "in the Marketplace menu; Odoo follows once it is cancelled there.",
                    orders=", ".join(waited_for.mapped("name")),
                )
            )
        return super()._action_cancel()

    def _plug4market_cancel_call(self, event):
        channel = self.plug4market_channel_id
        if not channel:
            raise UserError(
                self.env._(
                    "Order %(order)s has no sales channel, and Plug4Market asks for "
                    "its number to cancel. Set the channel on the order and press "
                    "Retry.",
                    order=self.display_name,
                )
            )
        form = self.company_id.sudo().plug4market_cancel_form
        return "cancel_order", {"channel_id": channel.hub_id, "form": form or ""}
