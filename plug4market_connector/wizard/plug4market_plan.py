from odoo import api, fields, models
from odoo.exceptions import UserError

from ..transaction import own_transaction, work_in_cron
from .plan_steps import AT_ONCE, NAMES, NEXT, STEPS

CRON = "plug4market_connector.ir_cron_plug4market_work_plans"
PAINEL = "plug4market_connector.plug4market_desk_action"


class Plug4marketPlan(models.TransientModel):
    """The page before a step of the morning: what will be done, and what will not.

    Nothing is done before it was shown here. Its lines are of the moment in which it
    was opened; a click looks at each record again, and says by name what has changed.
    Nobody writes them but the server.
    """

    _name = "plug4market.plan"
    _description = "What Will Be Done"
    # A page may stay open all morning.
    _transient_max_hours = 24

    step = fields.Selection(list(NAMES.items()), readonly=True)
    next_step = fields.Selection(list(NAMES.items()), readonly=True)
    # What the dashboard looked at, for the pages that follow.
    asked = fields.Json(readonly=True)
    # A page that followed another looks for all that waits whenever it looks again.
    is_whole = fields.Boolean(readonly=True)
    company_ids = fields.Many2many("res.company", readonly=True)
    refusal = fields.Text(readonly=True)
    note = fields.Text(readonly=True)
    is_draft = fields.Boolean("Invoices stay drafts", readonly=True)
    line_ids = fields.One2many("plug4market.plan.line", "plan_id", readonly=True)
    left_ids = fields.One2many(
        "plug4market.plan.line",
        "plan_id",
        "Left out",
        domain=[("state", "in", ["left", "failed"])],
        readonly=True,
    )
    todo_ids = fields.One2many(
        "plug4market.plan.line",
        "plan_id",
        "To do",
        domain=[("state", "=", "todo")],
        readonly=True,
    )
    done_ids = fields.One2many(
        "plug4market.plan.line",
        "plan_id",
        "What is done",
        domain=[("state", "in", ["waiting", "done"])],
        readonly=True,
    )
    todo_count = fields.Integer(compute="_compute_plan_counts")
    summary = fields.Char(compute="_compute_plan_counts")

    @api.depends("line_ids.state")
    @api.depends_context("lang")
    def _compute_plan_counts(self):
        for plan in self:
            states = plan.line_ids.mapped("state")
            counts = {name: states.count(name) for name in set(states)}
            plan.todo_count = counts.get("todo", 0)
            plan.summary = plan._explain_counts(counts)

    def _explain_counts(self, counts):
        states = self.line_ids._fields["state"]._description_selection(self.env)
        parts = [f"{said}: {counts[name]}" for name, said in states if name in counts]
        return " · ".join(parts) or self.env._("Nothing waits here.")

    @api.depends("step")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["step"]._description_selection(self.env))
        for plan in self:
            plan.display_name = names.get(plan.step, "")

    # -- opening --------------------------------------------------------------

    @api.model
    def _open(self, step, records, *, asked=None):
        """Open the page of ``step`` for ``records``.

        :param asked: what the dashboard looks at, when it is all that waits there
        """
        self.browse().check_access("read")
        if step not in STEPS:
            raise UserError(
                self.env._("Open the list from a counter of the dashboard.")
            )
        plan = self._make(step, asked)
        if not plan.refusal:
            is_whole = asked is not None
            beside = plan._own_step().companions(asked) if is_whole else []
            plan._fill(records, *beside)
        return plan._prepare_page()

    @api.model
    def _make(self, step, asked):
        own = STEPS[step](self.env)
        return self.sudo().create(
            {
                "step": step,
                "next_step": self._find_next(step),
                "asked": asked or False,
                "company_ids": self.env.companies.ids,
                "refusal": own.explain_refusal(),
                "note": own.explain_note(self.env.companies),
                "is_draft": step == "invoice" and not own._may_post(),
            }
        )

    @api.model
    def _find_next(self, step):
        """The step that follows and that is the user's; False after the last."""
        name = NEXT.get(step)
        while name and STEPS[name](self.env).explain_refusal():
            name = NEXT.get(name)
        return name or False

    def _prepare_page(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def _own_step(self):
        """The step, with the rights of who looks."""
        return STEPS[self.step](self.env(su=False))

    def _fill(self, *groups):
        """Make the lines of these records, of one model in each group."""
        by_model = {}
        for records in groups:
            known = by_model.get(records._name, records.browse())
            by_model[records._name] = known | records
        for model, lines in self.line_ids.grouped("res_model").items():
            if model in by_model:
                by_model[model] -= by_model[model].browse(lines.mapped("res_id"))
        values = []
        for records in by_model.values():
            values += self._prepare_plan_lines(records)
        self.env["plug4market.plan.line"].sudo().create(values)

    def _prepare_plan_lines(self, records):
        step = self._own_step()
        step.prepare(records)
        reasons = step.judge(records)
        line = self.env["plug4market.plan.line"]
        return [
            {
                "plan_id": self.id,
                "state": "left" if reasons[record.id] else "todo",
                "reason": reasons[record.id],
                **line._prepare_record_values(record),
            }
            for record in records
            if reasons[record.id] is not None
        ]

    # -- clicks ---------------------------------------------------------------

    def action_do(self):
        """Do what the page lists, each record looked at once more."""
        self.ensure_one()
        self.check_access("read")
        step = self._own_step()
        if refusal := step.explain_refusal():
            raise UserError(refusal)
        lines = self.sudo()._take_todo()
        if not lines:
            return None
        return step.work(lines._settle_gone())

    @own_transaction
    def _take_todo(self):
        """Mark what is to be done as begun: a second click finds nothing to do."""
        lines = self.line_ids.filtered(lambda line: line.state == "todo")
        lines = lines.try_lock_for_update()
        lines.invalidate_recordset(["state"])
        lines = lines.filtered(lambda line: line.state == "todo")
        lines.write({"state": "waiting", "reason": self.env._("Begun.")})
        return lines

    def action_judge_again(self):
        """Look again at what is not done: what began, what waits, what was left out."""
        self.ensure_one()
        self.check_access("read")
        self.sudo()._judge_again()

    def action_take_notes(self, attachment_ids):
        """Take NF-es that were uploaded here: each goes to the invoice it is of."""
        self.ensure_one()
        self.check_access("read")
        files = self.env["plug4market.nfe.file"]._take_attachments(attachment_ids)
        matched = files.filtered(lambda row: row.state == "matched")
        self.sudo()._judge_again(files - matched, matched.move_id)

    def _judge_again(self, *more):
        """Make the lines anew, but for those that are done.

        :param more: recordsets that are to be among them
        """
        step = self._own_step()
        old = self.line_ids.filtered(lambda line: line.state != "done")
        begun = old.filtered(
            lambda line: line.state in ("waiting", "failed") and not line.is_later
        )
        outcomes = {
            record.id: outcome
            for record in begun._records()
            if (outcome := step.outcome(record))
        }
        begun._write_results(outcomes)
        rest = old.filtered(
            lambda line: (
                not line.is_later
                and outcomes.get(line.res_id, ("todo",))[0] not in ("waiting", "done")
            )
        )
        groups = [lines._records() for lines in rest.grouped("res_model").values()]
        rest.unlink()
        if self.is_whole:
            more += tuple(step.gather(self.asked, self.env["sale.order"].sudo(False)))
        self._fill(*groups, *more)

    def action_next(self):
        """Open the page of the next step: all that waits for it, and what was here."""
        self.ensure_one()
        self.check_access("read")
        step = STEPS[self.next_step](self.env)
        orders = self.sudo().line_ids._orders().with_env(self.env)
        plan = self._make(self.next_step, self.asked)
        plan.is_whole = True
        if waiting := self.line_ids.filtered(lambda line: line.state == "waiting"):
            said = self.env._(
                "%s of the page before still go on by themselves. Look again here in "
                "a moment.",
                len(waiting),
            )
            plan.note = f"{said} {plan.note or ''}".strip()
        if not plan.refusal:
            plan._fill(*step.gather(self.asked, orders))
        return plan._prepare_page()

    def action_painel(self):
        """Go back to the dashboard."""
        self.check_access("read")
        return self.env["ir.actions.client"]._for_xml_id(PAINEL)

    # -- in the background ----------------------------------------------------

    @api.model
    def _wake_job(self):
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_work_plans(self):
        """Go on with what people have begun and no click had the time for."""
        work_in_cron(self.env, self._work_later, cron=CRON)

    @api.model
    def _work_later(self):
        """Work some lines of one page, with the rights of who pressed its button."""
        lines = self.env["plug4market.plan.line"].sudo()
        lines = lines.search([("is_later", "=", True)], limit=AT_ONCE)
        lines = lines.filtered(lambda line: line.plan_id == lines[0].plan_id)
        if not lines:
            return 0
        plan = lines.plan_id
        person = plan.create_uid
        context = {
            "lang": person.lang,
            "tz": person.tz,
            "allowed_company_ids": plan.company_ids.ids,
        }
        own = STEPS[plan.step](self.env(user=person, su=False, context=context))
        lines = lines.with_env(own.env(su=True))._next_part(AT_ONCE)
        if refusal := own.explain_refusal():
            lines._settle_all({line.res_id: ("left", refusal) for line in lines})
        else:
            own.work_part(lines._settle_gone())
        return len(lines)
