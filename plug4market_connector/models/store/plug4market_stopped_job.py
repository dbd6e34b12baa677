from datetime import UTC, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...transaction import own_transaction

ACTIVITY_TYPE = "plug4market_connector.mail_activity_type_stopped_job"


class Plug4marketStoppedJob(models.Model):
    """A scheduled job that dies of something, for one store, and who was asked.

    There is one activity however often the job dies; it is done when the job has
    worked again.
    """

    _name = "plug4market.stopped.job"
    _description = "Plug4Market Stopped Job"
    _rec_name = "job"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    job = fields.Char("XML id of the job", required=True)
    reason = fields.Text()
    stopped_at = fields.Datetime(required=True)
    again_at = fields.Datetime(
        required=True,
        help="By then it has tried again what it died of: a run after this moment that "
        "ends well shows that it works.",
    )
    activity_id = fields.Many2one("mail.activity", ondelete="set null")

    _company_job_uniq = models.UniqueIndex("(company_id, job)")

    @api.model
    @own_transaction
    def _ask(self, job, error, company=None, again_in=0):
        """Ask the person of ``company``, or of every store, unless that was done."""
        active = [("plug4market_active", "=", True)]
        stores = company or self.env["res.company"].search(active)
        known = self.search([("job", "=", job), ("company_id", "in", stores.ids)])
        now = datetime.now(UTC).replace(tzinfo=None)
        values = {
            "reason": self._reason(error),
            "stopped_at": now,
            "again_at": now + timedelta(seconds=again_in),
        }
        known.write(values)
        for store in stores - known.company_id:
            new = self.create({**values, "job": job, "company_id": store.id})
            new.activity_id = new._schedule_activity()

    @api.model
    def _reason(self, error):
        if isinstance(error, UserError):
            return str(error)
        return f"{type(error).__name__}: {error}"

    def _schedule_activity(self):
        """Leave one activity in the words of who reads it."""
        self.ensure_one()
        company = self.company_id
        env = self.with_context(lang=company._plug4market_lang()).env
        cron = env.ref(self.job, raise_if_not_found=False)
        name = cron.name if cron else self.job
        return company.with_env(env).partner_id.activity_schedule(
            ACTIVITY_TYPE,
            user_id=company._plug4market_person().id,
            summary=env._("Stopped: %s", name),
            note=env._(
                "The job “%(job)s” of %(company)s stopped at something it cannot do: "
                "%(reason)s. What it has to do is kept and tried again by itself, but "
                "until the cause is corrected it may not get there. Show this to who "
                "looks after your Odoo; the server log has the details. It is marked "
                "done by itself once the job works again.",
                job=name,
                company=company.name,
                reason=self.reason,
            ),
        )

    @api.model
    def _works_again(self, job, began):
        """Close what was asked about a job that began then and has worked now."""
        stopped = self.search([("job", "=", job)])
        # No domain: that would round both moments down to a second.
        ended = stopped.filtered(lambda stopped: stopped.again_at < began)
        if ended:
            ended._close()

    @own_transaction
    def _close(self):
        """Mark as done what was asked, where nobody did."""
        left = self.exists()
        for stopped in left:
            lang = stopped.company_id._plug4market_lang()
            stopped.activity_id.filtered("active").action_feedback(
                feedback=self.with_context(lang=lang).env._("The job works again.")
            )
        left.unlink()
