"""The one way to the hub: build, acquire, send, log, raise or return.

Nothing sleeps here and nothing is repeated, but for the one renewal on a 401: waiting
belongs to whoever keeps the queue.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from .const import ANSWER_SECONDS, MAX_ANSWER_BYTES, TOKEN_TIMEOUT_FACTOR
from .errors import (
    CredentialsError,
    HubUnreachable,
    NoSuchRoute,
    NotFoundInHub,
    NotTheHub,
    Plug4MarketError,
    TransientError,
    UnexpectedAnswer,
    error_from_response,
    hidden_error_status,
)
from .log import logger, mask_text
from .reading import Clock, bounded_session, keep_body
from .tokens import TokenPair

Query = Mapping[str, Any]

JSON_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip"}

NO_TOKENS = (
    "This store has no working tokens. Press Gerar Tokens in Plug4Market and paste "
    "the new ones."
)


class BearerAuth(requests.auth.AuthBase):
    """Set the Authorization header, or none.

    Given as ``auth``, it also keeps requests from putting a ``.netrc`` entry there.
    """

    def __init__(self, token: str = "") -> None:
        # Anything else would fail inside the HTTP library, with the token in the text.
        if not (token.isascii() and token.isprintable()):
            raise CredentialsError(NO_TOKENS)
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class HubTransport:
    """Speak HTTP with one hub for one store.

    :param tokens: the store's TokenPair; ``None`` raises CredentialsError on use
    :param renew: ``renew(failed_pair) -> TokenPair``, called once on a 401; it must
        have saved the pair before it returns
    :param acquire: called before each counted call, may raise BudgetExhausted;
        ``/auth`` is not counted (docs/hub-api.md 13 #40)
    :param observe: ``observe(method, path, status, elapsed_ms)`` after each call;
        ``status`` is None when no answer came
    :param hear: ``hear(error)`` after each request, None as error when it was answered
        as wished
    :param timeout: seconds to wait for the hub's next byte; a whole answer may take
        ANSWER_SECONDS
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenPair | None = None,
        *,
        session: requests.Session | None = None,
        timeout: float = 30,
        renew: Callable[[TokenPair], TokenPair | None] | None = None,
        acquire: Callable[[], None] | None = None,
        observe: Callable[[str, str, int | None, float], None] | None = None,
        hear: Callable[[Plug4MarketError | None], None] | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self.base_url = base_url.strip().rstrip("/")
        self.tokens = tokens
        self._session = session or bounded_session(ANSWER_SECONDS, clock)
        # Plain http stays on this machine: no proxy of the environment may read it.
        self._session.trust_env = self.base_url.lower().startswith("https:")
        self._timeout = timeout
        self._renew = renew
        self._acquire = acquire
        self._observe = observe
        self._hear = hear
        self._clock = clock

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url} {self.tokens!r}>"

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        json: object = None,
        expect: Literal["json", "any", "bytes"] = "json",
    ) -> Any:
        """Call the hub and return the parsed answer, None if it is empty.

        :param path: with a leading slash; ids in it already quoted
        :param expect: "json"; "any" also takes text that is no JSON
            (docs/hub-api.md 13 #8); "bytes" takes the body as it is
        """
        with self._heard():
            response = self._exchange(method, path, params=params, json=json)
            return response.content if expect == "bytes" else _parse(response, expect)

    def exchange(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        json: object = None,
        limit: int = MAX_ANSWER_BYTES,
    ) -> requests.Response:
        """Call the hub and return the successful Response; renew once on a 401.

        :param limit: bytes of an answer, unpacked; a larger one is AnswerTooLarge
        """
        with self._heard():
            return self._exchange(method, path, params=params, json=json, limit=limit)

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        params: Query | None,
        json: object,
        limit: int = MAX_ANSWER_BYTES,
    ) -> requests.Response:
        if self.tokens is None:
            raise CredentialsError(NO_TOKENS)
        call = {"params": params, "json": json, "limit": limit}
        response = self._counted(self.tokens, method, path, **call)
        if response.status_code == 401 and self._renew:
            # None from a callback that had nothing better: the 401 stands.
            self.tokens = self._renew(self.tokens) or self.tokens
            response = self._counted(self.tokens, method, path, **call)
        _raise_for_error(response)
        return response

    @contextmanager
    def _heard(self) -> Iterator[None]:
        """Tell who listens how the request in this block ended."""
        hear = self._hear or (lambda error: None)
        try:
            yield
        except Plug4MarketError as error:
            hear(error)
            raise
        hear(None)

    def refresh_tokens(self) -> TokenPair:
        """Return a new pair for the old one, which may be dead from then on.

        Not counted and not kept in ``self.tokens``: whoever calls saves it first.
        docs/hub-api.md 2.4: no Authorization needed; 13 #3: on a 401, once with it.
        """
        if self.tokens is None or not self.tokens.refresh_token:
            raise CredentialsError(NO_TOKENS)
        with self._heard():
            return self._refreshed_pair(self.tokens)

    def _refreshed_pair(self, tokens: TokenPair) -> TokenPair:
        response = self._refresh(tokens, BearerAuth())
        if response.status_code == 401:
            response = self._refresh(tokens, BearerAuth(tokens.access_token))
        try:
            _raise_for_error(response)
        except (TransientError, NotTheHub):
            raise
        except (NoSuchRoute, NotFoundInHub) as error:
            # The tokens were never looked at: another program answers there.
            raise NotTheHub(
                f"No renewal of tokens at this address ({error}).", status=error.status
            ) from None
        except Plug4MarketError as error:
            raise _dead_refresh(error) from None
        pair = TokenPair.from_answer(_parse(response, "any"), tokens.refresh_token)
        if pair is None:
            raise UnexpectedAnswer("Plug4Market renewed the tokens but sent none.")
        return pair

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _counted(
        self, tokens: TokenPair, method: str, path: str, **call: Any
    ) -> requests.Response:
        """Send a call that costs one of the store's minute."""
        if self._acquire:
            self._acquire()
        return self._send(method, path, BearerAuth(tokens.access_token), **call)

    def _refresh(self, tokens: TokenPair, auth: BearerAuth) -> requests.Response:
        body = {"refreshToken": tokens.refresh_token}
        timeout = self._timeout * TOKEN_TIMEOUT_FACTOR
        return self._send("POST", "/auth/refresh", auth, json=body, timeout=timeout)

    def _send(
        self,
        method: str,
        path: str,
        auth: BearerAuth,
        *,
        timeout: float | None = None,
        limit: int = MAX_ANSWER_BYTES,
        **call: Any,
    ) -> requests.Response:
        """Send once and return the Response, whatever its status; log one line."""
        started = self._clock()
        status: int | None = None
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                auth=auth,
                headers=JSON_HEADERS,
                timeout=timeout or self._timeout,
                # A redirect must never carry the token to another host.
                allow_redirects=False,
                stream=True,
                **call,
            )
            status = response.status_code
            keep_body(response, limit)
        except (requests.RequestException, HTTPError) as error:
            raise _unreachable(error) from None
        finally:
            self._report(method, path, status, started)
        return response

    def _report(
        self, method: str, path: str, status: int | None, started: float
    ) -> None:
        elapsed = (self._clock() - started) * 1000
        outcome = "no answer" if status is None else status
        logger.info("Plug4Market %s %s -> %s in %d ms", method, path, outcome, elapsed)
        if self._observe:
            self._observe(method, path, status, elapsed)


def _raise_for_error(response: requests.Response) -> None:
    """Raise what the answer means, unless it is a success."""
    if not 200 <= response.status_code < 300:
        raise error_from_response(response)
    if b'"error_status"' in response.content:
        status = hidden_error_status(_json_or_none(response))
        if status:
            raise error_from_response(response, status=status)


def _dead_refresh(error: Plug4MarketError) -> Plug4MarketError:
    """Turn a refusal of /auth/refresh into what it means for the store."""
    if error.status is None or not 400 <= error.status < 500:
        return error
    return CredentialsError(
        f"Plug4Market did not renew the tokens ({error}). {NO_TOKENS}",
        status=error.status,
        messages=error.messages,
        user_message=NO_TOKENS,
    )


def _unreachable(error: requests.RequestException | HTTPError) -> Plug4MarketError:
    """Return the HubUnreachable, or what a wrong address means.

    ``sent`` is False only when it is sure that no request left.
    """
    kind = type(error).__name__
    wrong_address = (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
    )
    if isinstance(error, wrong_address):
        return Plug4MarketError(
            "The address of Plug4Market is not valid. Correct it in the settings."
        )
    not_sent = (
        requests.exceptions.ConnectTimeout,
        requests.exceptions.ProxyError,
        requests.exceptions.SSLError,
    )
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    sent = not isinstance(error, not_sent) and not isinstance(
        reason, NewConnectionError
    )
    what = "did not answer in time" if "Timeout" in kind else "cannot be reached"
    return HubUnreachable(
        f"Plug4Market {what} ({kind}: {_cause(reason)})",
        sent=sent,
        user_message=f"Plug4Market {what}. It will be tried again.",
    )


def _cause(reason: object) -> str:
    """Return urllib3's words without the name of its object."""
    return mask_text(re.sub(r"^.*?(<[^>]*>|\)): ", "", str(reason or "")))[:200]


def _parse(response: requests.Response, expect: Literal["json", "any"]) -> Any:
    """Return the answer's JSON; text only if anything is expected; never HTML."""
    if not response.content.strip():
        return None
    parsed = _json_or_none(response)
    if parsed is not None or response.content.strip() == b"null":
        return parsed
    if expect == "any" and not response.content.lstrip().startswith(b"<"):
        return response.text
    raise NotTheHub(
        "Plug4Market answered with something else than JSON. Check the address in "
        "the settings; a proxy or a maintenance page may have answered.",
        status=response.status_code,
    )


def _json_or_none(response: requests.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None
