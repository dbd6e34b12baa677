"""The switches that make the hub misbehave, as `PUT /__control__/faults` takes them.

A switch that counts is written `{"calls": 3}`, or `3` for short; `null` calls means
"until switched off", 0 means off. What is left is visible in `GET /__control__/faults`.
Most of them are the fixtures that section 11.1 of docs/hub-api.md suggests.
"""

import json
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

SLOWEST_ANSWER = 30.0  # seconds


class Switches(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Counted(Switches):
    """Something that happens to the next calls and then stops by itself."""

    calls: int | None = Field(
        0, ge=0, description="How many times more; 0 is off, null is without end."
    )

    @property
    def on(self) -> bool:
        return self.calls is None or self.calls > 0

    def take(self) -> bool:
        """Use one of the calls left; say whether there was one."""
        if not self.on:
            return False
        if self.calls is not None:
            self.calls -= 1
        return True


class CallFault(Counted):
    """A counted fault for calls to the hub that match."""

    path_prefix: str = Field("/", description="Only paths that begin like this.")
    path_contains: str = Field("", description="Only paths that contain this.")
    method: str | None = Field(None, description="Only this HTTP method.")
    store: str | None = Field(None, description="Only this store (CNPJ).")

    def matches(self, method: str, path: str, store: str | None) -> bool:
        return (
            path.startswith(self.path_prefix)
            and self.path_contains in path
            and (not self.method or method == self.method.upper())
            and (not self.store or store == self.store)
        )

    def strikes(self, method: str, path: str, store: str | None) -> bool:
        """Say whether this call is hit, and count it."""
        return self.on and self.matches(method, path, store) and self.take()


class ExpiredAccess(CallFault):
    until_refresh: bool = Field(
        False, description="Every call answers 401 until the store's next refresh."
    )

    def strikes(self, method: str, path: str, store: str | None) -> bool:
        if self.until_refresh:
            return self.matches(method, path, store)
        return super().strikes(method, path, store)

    def refreshed(self, store: str) -> None:
        if not self.store or self.store == store:
            self.until_refresh = False


class TooManyRequests(CallFault):
    retry_after: int | None = Field(
        None, description="Seconds for a Retry-After header; null sends no header."
    )


class BadRequest(CallFault):
    form: Literal["string", "list", "objects"] = Field(
        "string", description="How `message` is written: text, texts or objects."
    )
    message: str = Field("Requisição recusada pelo simulador", description="The text.")
    field: str = Field("", description="Only JSON bodies that name this field.")

    def concerns(self, body: bytes) -> bool:
        if not self.field:
            return True
        try:
            return self.field in dict(json.loads(body))
        except (ValueError, TypeError):
            return False


class SlowAnswer(CallFault):
    seconds: float = Field(
        1.0,
        ge=0,
        le=SLOWEST_ANSWER,
        description="Wait this long before the work, or until the switch is set anew.",
    )


class Distance(CallFault):
    """A hub on the other side of the internet; each call draws its own lot."""

    seconds: float = Field(
        1.0, ge=0, le=SLOWEST_ANSWER, description="Seconds from call to answer."
    )
    jitter: float = Field(
        0.2, ge=0, le=1, description="How far it may be off, as a share of it."
    )
    way_in: float = Field(
        0.5, ge=0, le=1, description="The share that passes before the call arrives."
    )
    failures: float = Field(
        0, ge=0, le=1, description="The share answered by 500, HTML or a reset."
    )
    refusals: float = Field(
        0, ge=0, le=1, description="The share answered by 429, under the limit too."
    )

    def draw_ways(self, random: Random) -> tuple[float, float]:
        """Return the seconds on the way in and on the way out."""
        off = self.seconds * self.jitter
        inward, outward = (random.uniform(-off, off) for _way in range(2))
        return (
            max(0, self.seconds + inward) * self.way_in,
            max(0, self.seconds + outward) * (1 - self.way_in),
        )

    def draw_failure(self, random: Random) -> str | None:
        """Return what goes wrong with a call that arrived: a switch, or nothing."""
        lot = random.random()
        if lot < self.failures:
            return random.choice(["server_error", "bad_gateway", "drop_connection"])
        if lot < self.failures + self.refusals:
            return "too_many_requests"
        return None


class Trickle(CallFault):
    seconds: float = Field(
        1.0, ge=0, le=SLOWEST_ANSWER, description="Between two bytes of the body."
    )


class LostAnswer(CallFault):
    how: Literal["drop", "bad_gateway"] = Field(
        "drop", description="What the caller sees after the work was done."
    )


class DuplicateSku(Counted):
    form: Literal["exists", "other_group"] = Field(
        "exists", description="Which of the two messages of section 5.4 to answer."
    )


def _counted(value: Any) -> Any:
    """Accept a bare number of calls."""
    return {"calls": value} if type(value) is int else value


def _switch(model: type[Counted], description: str) -> Any:
    return Annotated[
        model,
        BeforeValidator(_counted),
        Field(default_factory=model, description=description),
    ]


# The second half is no label, or none that can be printed.
LabelForm = Literal[
    "pdf",
    "json_url",
    "json_base64",
    "json_parcels",
    "zpl",
    "zpl_prolog",
    "zip",
    "zip_mixed",
    "pending",
    "html",
    "image",
    "broken",
    "huge",
    "zip_bomb",
    "private_url",
]


class Faults(Switches):
    """Every switch; what is not named is off."""

    # The answers to the calls.
    expired_access: _switch(ExpiredAccess, "401 as if the access token had expired.")
    too_many_requests: _switch(TooManyRequests, "429, outside /auth unless named.")
    bad_request: _switch(BadRequest, "400 with the chosen form of `message`.")
    empty_answer: _switch(CallFault, "The work is done; 200 without a body.")
    huge_answer: _switch(CallFault, "The work is done; 200 with 100 MB, packed.")
    bad_gateway: _switch(CallFault, "502 with an HTML page; nothing is done.")
    server_error: _switch(CallFault, "500 in the error shape; nothing is done.")
    drop_connection: _switch(CallFault, "Closes without an answer; nothing is done.")
    lost_answer: _switch(LostAnswer, "The work is done, but the answer is lost.")
    slow_answer: _switch(SlowAnswer, "Answers late.")
    distance: _switch(Distance, "Calls and answers travel; some get lost.")
    trickle: _switch(Trickle, "The answer's body comes byte by byte.")
    close_kept: _switch(CallFault, "Closes the kept connection after the answer.")
    # Tokens.
    refuse_refresh: bool = Field(False, description="POST /auth/refresh answers 401.")
    keep_old_refresh: bool = Field(
        False, description="A refresh token that was used before still works."
    )
    # Webhooks.
    webhook_times: int = Field(1, ge=1, le=20, description="Send each notice n times.")
    webhook_reorder_seconds: float = Field(
        0,
        ge=0,
        le=SLOWEST_ANSWER,
        description="Hold a notice this long: if the order changes again meanwhile, "
        "the newer notice goes first.",
    )
    webhook_lost: _switch(Counted, "Notices that never leave.")
    # The shape of orders.
    uppercase_ids: bool = Field(False, description="UUIDs of orders in upper case.")
    null_fields: bool = Field(False, description="null in every nullable of 7.3.")
    missing_newer_fields: bool = Field(
        False, description="No ibge, estimatedHandlingLimit, saleChannelName."
    )
    swapped_types: bool = Field(
        False, description="Numbers where texts are usual and the reverse."
    )
    strings: Literal[
        "usual", "long", "nul", "emoji", "rtl", "html", "sql", "surrogate", "empty"
    ] = Field(
        "usual", description="What every text of an order is, but its id and status."
    )
    buyer: Literal["full", "masked", "missing"] = Field(
        "full", description="Document, e-mail and phone of the buyer (13, line 29)."
    )
    # Behaviour.
    duplicate_sku: _switch(DuplicateSku, "POST /products says that the SKU exists.")
    longest_name: int | None = Field(
        None, ge=1, description="A product with a longer `name` is refused (5.2)."
    )
    ids_only: bool = Field(
        False, description="`color` and `size` must be the hub's ids (5.9)."
    )
    fixed_groups: bool = Field(
        False, description="A PUT may not change `productId` (5.4)."
    )
    largest_page: int | None = Field(
        None, ge=1, description="A larger page is refused (13, line 20)."
    )
    channel_list: Literal["list", "data", "code_text"] = Field(
        "list", description="The shape of GET /sales-channels (13, line 6)."
    )
    # The limit of calls (13, line 40).
    fixed_window: bool = Field(
        False, description="The minute of the limit is the clock's, not any minute."
    )
    count_refused: bool = Field(False, description="Refused calls count as well.")
    limit_retry_after: int | None = Field(
        None, ge=0, description="Seconds of a Retry-After header at the limit."
    )
    repeat_pages: bool = Field(
        False, description="GET /products answers page 1, whatever is asked (13 #20)."
    )
    refuse_repeat: bool = Field(
        False, description="Repeating an action that was done answers 400."
    )
    label_form: LabelForm = Field(
        "pdf", description="How GET /orders/{id}/label answers."
    )
    cancel_verb: Literal["POST", "PUT", "DELETE", "PATCH", "NONE"] = Field(
        "POST", description="The only verb that cancel understands, if any."
    )
    cancel_later: bool = Field(
        False, description="A cancellation is accepted, and not done yet."
    )
