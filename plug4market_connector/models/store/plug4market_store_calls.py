import logging
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import attrgetter
from statistics import fmean

from odoo import api, models

from ...hub import (
    BudgetExhausted,
    CredentialsError,
    HeldBack,
    HubUnavailable,
    Outcome,
    Plug4MarketError,
    RateLimited,
    side_by_side,
)
from ...lease import held

_logger = logging.getLogger(__name__)


class Plug4marketStoreCalls(models.AbstractModel):
    """The calls of one round: booked, made side by side, and dated.

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
    @contextmanager
    def _at_work(self):
        """Hold a lease while this block is worked: the job's, or a click's own."""
        if held():
            yield
            return
        with self.env["plug4market.lease"].sudo()._hold():
            yield

    @api.model
    def _call_stores(self, wanted, lanes, *, patience=1, gives_way=None, take=None):
        """Make the calls of each company; return their Outcomes in the calls' order.

        They are begun in that order, several at once: none may need another one's end.
        Refused tokens are renewed once, and the refused calls are made again. A call
        that is refused after that is forbidden for its own sake: the others go on.

        :param wanted: lists of functions of a client, by company
        :param lanes: each company's lane of its budget
        :param gives_way: asked while calls are under way; once it is true no more are
            begun, and those that were not end with HeldBack
        :param take: ``take(company, {number: Outcome})`` gets what was answered while
            other calls are under way; None is returned of these
        """
        taken = {company: {} for company in wanted}

        def meanwhile(numbers, news):
            for company, outcomes in news.items():
                answered = {
                    numbers[company][place]: outcome
                    for place, outcome in outcomes.items()
                    if take and not outcome.error
                }
                if answered:
                    taken[company].update(dict.fromkeys(answered))
                    take(company, answered)
            return bool(gives_way and gives_way())

        clients, outcomes = {}, {}
        for company, calls in wanted.items():
            try:
                connection = company._plug4market_connection()
                clients[company] = connection._bare_client()
                outcomes[company] = {}
            except CredentialsError as error:
                unmade = Outcome(error=error, made=False)
                outcomes[company] = dict.fromkeys(range(len(calls)), unmade)
        left = {company: dict(enumerate(wanted[company])) for company in clients}
        renewed = set()
        while left:
            numbers = {company: list(calls) for company, calls in left.items()}
            look = partial(meanwhile, numbers) if take or gives_way else None
            made = self._one_pass(clients, left, lanes, patience, look)
            for company, done in made.items():
                outcomes[company].update(done)
                again = self._refused_for_tokens(
                    company, clients[company], outcomes[company], renewed
                )
                left[company] = {
                    number: call
                    for number, call in left[company].items()
                    if number in again
                }
            left = {company: calls for company, calls in left.items() if calls}
        return {
            company: [
                {**done, **taken[company]}[number]
                for number in range(len(wanted[company]))
            ]
            for company, done in outcomes.items()
        }

    @api.model
    def _one_pass(self, clients, wanted, lanes, patience, meanwhile):
        """Book what the minutes of the stores allow, make it, and date it."""
        budget = self.env["plug4market.budget"]
        calls, stamps, refused, at_once = {}, {}, {}, {}
        for company, functions in wanted.items():
            client = clients[company]
            count, wait, stamps[company] = budget._book(
                company, lanes[company], len(functions)
            )
            at_once[company] = budget._calls_under_way(company, lanes[company])
            numbers = list(functions)
            calls[company] = {
                number: partial(_call_while_held, held(), functions[number], client)
                for number in numbers[:count]
            }
            error = BudgetExhausted("the minute is used up", retry_after=wait)
            unmade = Outcome(error=error, made=False)
            refused[company] = dict.fromkeys(numbers[count:], unmade)
        outcomes = side_by_side(
            {company: list(numbered.values()) for company, numbered in calls.items()},
            patience=patience,
            at_once=at_once,
            meanwhile=meanwhile,
        )
        for company, done in outcomes.items():
            self._note_calls(company, stamps[company], [o for o in done if o.made])
        return {
            company: {
                **dict(zip(calls[company], done, strict=True)),
                **refused[company],
            }
            for company, done in outcomes.items()
        }

    @api.model
    def _note_calls(self, company, stamp, made):
        """Note when the calls of a store ended, and what they say of its hub."""
        budget = self.env["plug4market.budget"]
        made = sorted(made, key=attrgetter("ended"))
        now = time.monotonic()
        budget._date_calls(company, stamp, [now - outcome.ended for outcome in made])
        errors = [outcome.error for outcome in made]
        budget._hear(company, errors)
        limits = [error for error in errors if isinstance(error, RateLimited)]
        for error in limits:
            budget._hold(company, error.retry_after)
        if made:
            seconds = fmean(outcome.ended - outcome.began for outcome in made)
            troubled = limits or any(isinstance(e, HubUnavailable) for e in errors)
            budget._learn_pace(company, seconds, troubled=bool(troubled))

    @api.model
    def _refused_for_tokens(self, company, client, outcomes, renewed):
        """The numbers of the calls that are to be made again; renews the tokens once.

        Where that is not possible, ``outcomes`` says so.
        """
        closed = {
            number
            for number, outcome in outcomes.items()
            if isinstance(outcome.error, CredentialsError)
        }
        refused = {number for number in closed if outcomes[number].made}
        old = {number for number in refused if outcomes[number].error.status == 401}
        if company in renewed or not old:
            return closed - refused
        renewed.add(company)
        failure = self._renew_tokens(company, client)
        if not failure:
            return old | closed - refused
        for number in closed:
            outcomes[number] = _closed(outcomes[number], failure)
        return set()

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


def _call_while_held(lease, call, client):
    """Make a call, unless others may be making it by now."""
    if lease and not lease.holds():
        raise HeldBack("Another process goes on with this.")
    return call(client)


def _closed(outcome, failure):
    """``outcome`` of a store whose tokens cannot be renewed because of ``failure``."""
    if isinstance(failure, Plug4MarketError) and isinstance(
        outcome.error, CredentialsError
    ):
        return replace(outcome, error=failure, made=False)
    return outcome
