import logging
import time
from dataclasses import replace

from odoo import api, models

from ...hub import (
    BudgetExhausted,
    CredentialsError,
    Outcome,
    Plug4MarketError,
    RateLimited,
    side_by_side,
)

_logger = logging.getLogger(__name__)


class Plug4marketStoreCalls(models.AbstractModel):
    """The calls of one round: booked, made for all stores side by side, and dated.

    No transaction is open on what is called: threads speak to the hub, and the database
    is only touched before and after them.
    """

    _name = "plug4market.store.calls"
    _description = "Plug4Market Calls of a Round"

    @api.model
    def _speaking_to(self, company):
        """This worker in the language of who reads its messages."""
        lang = self.env.context.get("lang") or company._plug4market_lang()
        return self.with_context(lang=lang)

    @api.model
    def _call_stores(self, wanted, lanes, *, patience=1):
        """Make the calls of each company in their order; return their Outcomes.

        Refused tokens are renewed once, and the refused call is made again. A call that
        is refused after that is forbidden for its own sake: the others go on.

        :param wanted: lists of functions of a client, by company
        :param lanes: each company's lane of its budget
        """
        clients, outcomes = {}, {}
        for company, calls in wanted.items():
            try:
                connection = company._plug4market_connection()
                clients[company] = connection._bare_client()
                outcomes[company] = []
            except CredentialsError as error:
                outcomes[company] = [Outcome(error=error, made=False) for _ in calls]
        left = {company: list(wanted[company]) for company in clients}
        renewed = set()
        while left:
            made = self._one_pass(clients, left, lanes, patience)
            for company, done in made.items():
                valid = self._valid_outcomes(company, clients[company], done, renewed)
                outcomes[company] += valid
                left[company] = left[company][len(valid) :]
            left = {company: calls for company, calls in left.items() if calls}
        return outcomes

    @api.model
    def _one_pass(self, clients, wanted, lanes, patience):
        """Book what the minutes of the stores allow, make it, and date it."""
        budget = self.env["plug4market.budget"]
        calls, stamps, refused = {}, {}, {}
        for company, functions in wanted.items():
            client = clients[company]
            count, wait, stamps[company] = budget._book(
                company, lanes[company], len(functions)
            )
            calls[company] = [
                lambda call=call, client=client: call(client)
                for call in functions[:count]
            ]
            error = BudgetExhausted("the minute is used up", retry_after=wait)
            refused[company] = [Outcome(error=error, made=False)] * (
                len(functions) - count
            )
        outcomes = side_by_side(calls, patience=patience)
        now = time.monotonic()
        for company, done in outcomes.items():
            ages = [now - outcome.ended for outcome in done if outcome.made]
            budget._date_calls(company, stamps[company], ages)
            errors = [outcome.error for outcome in done if outcome.made]
            budget._hear(company, errors)
            for error in errors:
                if isinstance(error, RateLimited):
                    budget._hold(company, error.retry_after)
        return {company: done + refused[company] for company, done in outcomes.items()}

    @api.model
    def _valid_outcomes(self, company, client, done, renewed):
        """The first outcomes of ``done`` that hold; what follows is called (again)."""
        for number, outcome in enumerate(done):
            if not outcome.made or not isinstance(outcome.error, CredentialsError):
                continue
            if outcome.error.status != 401 or company in renewed:
                return done[: number + 1]
            renewed.add(company)
            failure = self._renew_tokens(company, client)
            if not failure:
                return done[:number]
            return done[:number] + [_closed(late, failure) for late in done[number:]]
        return done

    @api.model
    def _renew_tokens(self, company, client):
        """Renew the tokens that the hub refused; return why that is not possible."""
        try:
            client.tokens = company._plug4market_connection()._renew(client.tokens)
        except Exception as failure:  # noqa: BLE001  dead tokens asked their person
            _logger.info("tokens of company %s not renewed: %s", company.id, failure)
            if isinstance(failure, Plug4MarketError):
                self.env["plug4market.budget"]._hear(company, [failure])
            return failure
        return None


def _closed(outcome, failure):
    """``outcome`` of a store whose tokens cannot be renewed because of ``failure``."""
    if isinstance(failure, Plug4MarketError) and isinstance(
        outcome.error, CredentialsError
    ):
        return replace(outcome, error=failure, made=False)
    return outcome
