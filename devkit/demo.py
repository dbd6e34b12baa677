"""Make the running demo and the running simulator know each other."""

import http.cookiejar
import json
import urllib.error
import urllib.request

from . import paths
from .console import Failure

CNPJ = "11222333000181"
STORE = "Loja Demonstração"
LOGIN = PASSWORD = "admin"


def connect(odoo_url, simulator_url, database=paths.DEMO_DATABASE):
    """Give the main company a store in the simulator, and the hub its webhook.

    Return the session that did it.
    """
    session = OdooSession(odoo_url, database)
    # The webhook's address is made from this one, which follows the chosen port.
    for key, value in (("web.base.url", odoo_url), ("web.base.url.freeze", "True")):
        session.call("ir.config_parameter", "set_param", key, value)
    store = _request(
        f"{simulator_url}/__control__/stores", {"cnpj": CNPJ, "name": STORE}
    )
    company = session.call("res.users", "read", [session.uid], ["company_id"])
    company_id = company[0]["company_id"][0]
    session.call(
        "res.company",
        "write",
        [company_id],
        {
            "plug4market_environment": "simulator",
            "plug4market_api_url": simulator_url,
            "plug4market_store_cnpj": CNPJ,
            "plug4market_access_token": store["accessToken"],
            "plug4market_refresh_token": store["refreshToken"],
        },
    )
    session.call("res.company", "write", [company_id], {"plug4market_active": True})
    [values] = session.call(
        "res.company", "read", [company_id], ["plug4market_webhook_url"]
    )
    _request(
        f"{simulator_url}/__control__/settings",
        {"webhook_url": values["plug4market_webhook_url"]},
        method="PUT",
    )
    return session


class OdooSession:
    """Calls of models as the administrator, over the web client's own routes."""

    def __init__(self, url, database=paths.DEMO_DATABASE):
        self.url = url
        cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(cookies)
        )
        answer = self._post(
            "/web/session/authenticate",
            {"db": database, "login": LOGIN, "password": PASSWORD},
        )
        self.uid = answer["uid"]

    def call(self, model, method, *arguments, **named):
        """Call a method of a model and return its result."""
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": arguments, "kwargs": named},
        )

    def _post(self, path, params):
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        answer = _request(self.url + path, body, opener=self.opener.open)
        if "error" in answer:
            reason = answer["error"].get("data", {}).get("message") or answer["error"]
            raise Failure(f"Odoo refused {path}: {reason}")
        return answer.get("result")


def _request(url, body, method="POST", opener=urllib.request.urlopen):
    request = urllib.request.Request(
        url,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    try:
        with opener(request, timeout=300) as answer:
            return json.loads(answer.read() or b"null")
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise Failure(f"{url} does not answer as expected: {error}") from None
