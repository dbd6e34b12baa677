from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

# Whose part of the work the screen shows, by a group that gives it.
ROLES = {
    "marketplace": "plug4market_connector.plug4market_connector_group_user",
    "sales": "sales_team.group_sale_salesman",
    "accounting": "account.group_account_invoice",
    "stock": "stock.group_stock_user",
}
# The periods a person may choose, in days; today is part of each.
PERIODS = (1, 7, 30, 90)
DEFAULT_PERIOD = 30
# Brazil's, where a person has chosen none.
DEFAULT_ZONE = "America/Sao_Paulo"


@dataclass(frozen=True)
class Scope:
    """What a person looks at: the stores, one channel or all, and since when."""

    companies: models.BaseModel
    channel: models.BaseModel
    days: int
    zone: str
    # The first moment of the period, of today and of tomorrow, in UTC.
    since: datetime
    today: datetime
    tomorrow: datetime

    def of_company(self):
        """The condition that a record belongs to one of the stores."""
        return Domain("company_id", "in", self.companies.ids)

    def local_days(self):
        """The days of the period as the user counts them, the first one first."""
        first = self._local(self.since)
        return [(first + timedelta(days=n)).isoformat() for n in range(self.days)]

    def local_day(self):
        """Today, as the user counts days."""
        return self._local(self.today).isoformat()

    def _local(self, moment):
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.zone)).date()

    def of_channel(self, path="plug4market_channel_id"):
        """The condition that a record is of the chosen channel, if one is chosen."""
        return Domain(path, "=", self.channel.id) if self.channel else Domain.TRUE


class Plug4marketDesk(models.AbstractModel):
    """The first screen of the app: what waits, what was sold, how the stores are.

    It reads as the user who looks, with his rights and the rules of his companies:
    whoever may not read a model is shown nothing of it. Nothing is kept.
    """

    _name = "plug4market.desk"
    _description = "Plug4Market Dashboard"

    @api.model
    def read_desk(self, asked=None):
        """All that the screen shows to this user; empty for who has no part in it.

        :param asked: ``company_id``, ``channel_id`` and ``days``, all optional
        """
        roles = self._roles()
        if not roles:
            return {}
        scope = self._scope(asked or {})
        return {
            "days": scope.days,
            "company_id": scope.companies.id if len(scope.companies) == 1 else False,
            "channel_id": scope.channel.id,
            "periods": list(PERIODS),
            "companies": self._read_companies(),
            "channels": self._read_channels(),
            "needs": self._read_needs(roles, scope),
            "sales": self._read_sales(roles, scope),
            "health": self._read_health(roles, scope),
        }

    @api.model
    def open_need(self, name, asked=None):
        """The list behind a counter, with exactly the records that it counts."""
        asked = asked or {}
        need = self._needs(self._roles(), self._scope(asked)).get(name)
        return need and self._prepare_list_action(need, asked)

    @api.model
    def _read_companies(self):
        """The stores among which the user may choose."""
        return [{"id": store.id, "name": store.name} for store in self.env.companies]

    @api.model
    def _read_channels(self):
        """The channels among which the user may choose."""
        channels = self.env["plug4market.sales.channel"]
        if not channels.has_access("read"):
            return []
        found = channels.search_fetch([], ["name"])
        return [{"id": channel.id, "name": channel.name} for channel in found]

    @api.model
    def _roles(self):
        """The parts of the work that are this user's; an empty set for nobody's."""
        user = self.env.user
        return {role for role, group in ROLES.items() if user.has_group(group)}

    @api.model
    def _scope(self, asked):
        """What is looked at, as far as it is the user's to choose."""
        companies = self.env.companies
        if asked.get("company_id"):
            chosen = companies.filtered(lambda c: c.id == asked["company_id"])
            companies = chosen or companies
        channel = self.env["plug4market.sales.channel"].browse(
            [asked["channel_id"]] if asked.get("channel_id") else []
        )
        days = asked.get("days")
        days = days if days in PERIODS else DEFAULT_PERIOD
        zone = self.env.context.get("tz") or self.env.user.tz or DEFAULT_ZONE
        today = fields.Datetime.now().astimezone(pytz.timezone(zone)).date()
        return Scope(
            companies=companies,
            channel=channel,
            days=days,
            zone=zone,
            since=_midnight(today - timedelta(days=days - 1), zone),
            today=_midnight(today, zone),
            tomorrow=_midnight(today + timedelta(days=1), zone),
        )


def _midnight(day, zone):
    """The first moment of ``day`` where the user is, in UTC."""
    start = pytz.timezone(zone).localize(datetime.combine(day, time.min))
    return start.astimezone(pytz.utc).replace(tzinfo=None)
