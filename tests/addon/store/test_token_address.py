"""Tokens go to the address they were pasted for, by https, and nowhere else."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from odoo_case import Plug4marketCase

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from odoo.addons.plug4market_connector.hub import BASE_URLS

TWIN = "https://hub.parceiro.com.br"


class Eavesdropper:
    """A server of somebody else's, which keeps the requests that reach it."""

    def __enter__(self):
        self.received = received = []

        class Handler(BaseHTTPRequestHandler):
            def do_any(self):
                received.append((self.command, self.path))
                self.send_response(404)
                self.end_headers()

            do_GET = do_POST = do_PUT = do_any

            def log_message(self, *arguments):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class TestTokenAddress(Plug4marketCase):
    def connection(self):
        self.env.invalidate_all()
        return self.company._plug4market_connection()

    def asked(self):
        """The notes of the activities that ask for tokens."""
        return self.company.partner_id.activity_ids.mapped("note")

    def tokens(self):
        tokens = self.hub.new_tokens()
        return {
            "plug4market_access_token": tokens["accessToken"],
            "plug4market_refresh_token": tokens["refreshToken"],
        }

    def write_by_sql(self, address):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET plug4market_api_url = %s WHERE id = %s",
            [address, self.company.id],
        )
        self.env.invalidate_all()

    def assertDropped(self):
        connection = self.connection()
        self.assertFalse(connection.access_token or connection.refresh_token)
        self.assertEqual(connection.state, "disconnected")

    # -- which addresses ------------------------------------------------------

    def test_plain_http_is_refused_switched_on_or_off(self):
        for active in (True, False):
            self.company.plug4market_active = active
            for environment in ("production", "sandbox", "simulator"):
                with (
                    self.subTest(active=active, environment=environment),
                    self.assertRaisesRegex(ValidationError, "https://"),
                    self.env.cr.savepoint(),
                ):
                    self.company.write(
                        {
                            "plug4market_environment": environment,
                            "plug4market_api_url": "http://hub.parceiro.com.br",
                        }
                    )

    def test_this_computer_is_for_the_simulators_environment_only(self):
        with self.assertRaisesRegex(ValidationError, "Simulator"):
            self.company.write(
                {
                    "plug4market_environment": "production",
                    "plug4market_api_url": self.hub.url,
                }
            )

    def test_a_new_company_is_asked_the_same(self):
        with self.assertRaisesRegex(ValidationError, "https://"):
            self.env["res.company"].create(
                {"name": "Outra loja", "plug4market_api_url": "http://x.com.br"}
            )

    def test_an_address_from_before_does_not_keep_the_company_from_being_used(self):
        self.company.plug4market_active = False
        self.write_by_sql("http://hub.parceiro.com.br")
        self.company.write({"plug4market_stock_buffer": 2, "phone": "123"})
        self.assertIn("https://", self.company.plug4market_address_problem)
        with self.assertRaisesRegex(ValidationError, "https://"):
            self.company.plug4market_active = True

    def test_tokens_are_not_taken_for_a_forbidden_address(self):
        self.write_by_sql("http://hub.parceiro.com.br")
        with self.assertRaisesRegex(ValidationError, "https://"):
            self.company.write(self.tokens())

    # -- another host ---------------------------------------------------------

    def test_another_host_loses_the_tokens_and_says_so(self):
        for values in (
            {"plug4market_environment": "production"},
            {"plug4market_api_url": TWIN},
            {"plug4market_api_url": self.hub.url.replace("127.0.0.1", "localhost")},
            {"plug4market_api_url": "http://127.0.0.1:9"},
            {"plug4market_api_url": self.hub.url.replace("http:", "https:")},
        ):
            with self.subTest(**values), self.env.cr.savepoint() as savepoint:
                self.company.write(values)
                self.assertDropped()
                self.assertFalse(self.company.plug4market_access_token_expiry)
                (note,) = self.asked()
                self.assertIn("removidos", note)
                self.assertIn("Gerar Tokens", note)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_production_and_sandbox_are_two_hosts(self):
        self.company.write({"plug4market_environment": "sandbox", **self.tokens()})
        self.assertEqual(self.connection().state, "connected")
        self.company.plug4market_environment = "production"
        self.assertEqual(self.company.plug4market_api_url, BASE_URLS["production"])
        self.assertDropped()

    def test_the_same_address_in_any_spelling_keeps_them(self):
        for values in (
            {"plug4market_api_url": self.hub.url},
            {"plug4market_api_url": self.hub.url.upper() + "/"},
            {"plug4market_environment": "simulator"},
        ):
            with self.subTest(**values):
                self.company.write(values)
                self.assertEqual(self.connection().state, "connected")
                self.assertFalse(self.asked())
        self.company.action_plug4market_test_connection()

    def test_an_environment_written_again_keeps_the_twins_address(self):
        self.company.write({"plug4market_api_url": TWIN, **self.tokens()})
        self.company.write({"plug4market_environment": "simulator", "phone": "1"})
        self.assertEqual(self.company.plug4market_api_url, TWIN)
        self.assertEqual(self.connection().state, "connected")

    def test_tokens_pasted_with_the_new_address_are_for_it(self):
        pasted = self.tokens()
        self.company.write({**pasted, "plug4market_api_url": TWIN})
        connection = self.connection()
        self.assertEqual(connection.access_token, pasted["plug4market_access_token"])
        self.assertEqual(connection.token_origin, f"{TWIN}:443")
        self.assertEqual(connection.state, "connected")
        self.assertFalse(self.asked())

    def test_the_same_tokens_pasted_again_with_the_new_address_are_for_it(self):
        stored = self.connection()
        self.company.write(
            {
                "plug4market_api_url": TWIN,
                "plug4market_access_token": stored.access_token,
                "plug4market_refresh_token": stored.refresh_token,
            }
        )
        self.assertEqual(self.connection().token_origin, f"{TWIN}:443")

    def test_half_a_pair_does_not_take_the_other_half_to_the_new_address(self):
        for name, value in self.tokens().items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, "Gerar Tokens"),
                self.env.cr.savepoint(),
            ):
                self.company.write({name: value, "plug4market_api_url": TWIN})
            self.env.invalidate_all()

    def test_the_form_warns_before_it_is_saved(self):
        with Form(self.company) as form:
            with self.assertLogs("odoo.tests.form.onchange") as logs:
                form.plug4market_api_url = TWIN
            self.assertIn("tokens will be removed", logs.output[0])
        self.assertDropped()

    def test_the_form_warns_of_nothing_where_no_tokens_are(self):
        self.company.write({"plug4market_api_url": TWIN})
        with (
            self.assertNoLogs("odoo.tests.form.onchange"),
            Form(self.company) as form,
        ):
            form.plug4market_api_url = "https://outro.parceiro.com.br"

    # -- right before a call --------------------------------------------------

    def test_no_call_is_made_to_an_address_that_no_constraint_saw(self):
        with Eavesdropper() as other:
            for address in (other.url, other.url.replace("http", "https"), TWIN):
                with self.subTest(address):
                    self.write_by_sql(self.hub.url)
                    self.paste_tokens(self.hub.new_tokens())
                    self.write_by_sql(address)
                    with self.assertRaisesRegex(UserError, "API address"):
                        self.company.action_plug4market_test_connection()
                    self.assertDropped()
                    self.assertEqual(len(self.asked()), 1)
            self.assertEqual(other.received, [])

    def test_a_renewal_goes_nowhere_else_either(self):
        pair = self.connection()._token_pair()
        with Eavesdropper() as other:
            self.write_by_sql(other.url)
            with self.assertRaisesRegex(Exception, "may not go"):
                self.connection()._renew(pair)
            self.assertEqual(other.received, [])
        self.assertDropped()

    def test_what_is_queued_waits_for_new_tokens(self):
        hub_order = self.hub.order([("CAN-325", 1, 39.9)])
        self.notice(hub_order)
        self.write_by_sql("http://hub.parceiro.com.br")
        self.work()

        event = self.events(hub_order)
        self.assertEqual(event.state, "pending")
        self.assertIn("API address", event.with_context(lang="en_US").message)
        sent = self.product.action_plug4market_sync()["params"]
        self.assertIn("https://", sent["message"])

        self.company.write({"plug4market_api_url": self.hub.url, **self.tokens()})
        self.assertFalse(self.asked(), "it was answered")
        self.work()
        self.assertTrue(self.find_order(hub_order))

    # -- who ------------------------------------------------------------------

    def test_only_a_system_administrator_says_where_the_tokens_go(self):
        manager = new_test_user(
            self.env,
            login="companies",
            groups="base.group_erp_manager,base.group_partner_manager",
        )
        company = self.company.with_user(manager)
        company.phone = "123"
        for values in (
            {"plug4market_api_url": TWIN},
            {"plug4market_environment": "sandbox"},
        ):
            with self.subTest(**values), self.assertRaises(AccessError):
                company.write(values)
        other = company.create({"name": "Outra loja"})
        self.assertEqual(other.sudo().plug4market_api_url, BASE_URLS["production"])
