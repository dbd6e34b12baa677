"""What `./dev test` makes of the log of the addon's own tests."""

import pytest

from devkit import databases, paths, smoke

START = "2026-11-26 03:18:40,235 7 "
GOOD = (
    f"{START}INFO plug4market_smoke odoo.tests.result: "
    "0 failed, 0 error(s) of 8 tests when loading database 'plug4market_smoke'\n"
)


@pytest.fixture
def judge(monkeypatch, tmp_path):
    """A function that lets Odoo have written a log, and says what it was worth."""
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    monkeypatch.setattr(databases, "ensure_base", lambda: None)
    monkeypatch.setattr(databases, "clone", lambda *names: None)
    monkeypatch.setattr(databases, "drop", lambda *names: None)

    def judge(text, status=0):
        def run(log):
            log.write_text(text)
            return status

        monkeypatch.setattr(smoke, "_run", run)
        return smoke.passes()

    return judge


def test_tests_that_pass_are_counted(judge, capsys):
    assert judge(GOOD)
    assert "= 8 passed in " in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.replace("8 tests", "0 tests"),
        GOOD.replace("0 failed", "1 failed"),
        GOOD.replace("0 error", "1 error"),
        f"{START}WARNING plug4market_smoke odoo.addons.plug4market_connector: oh\n"
        + GOOD,
    ],
)
def test_no_test_a_failed_test_and_a_complaint_are_failures(judge, text):
    assert not judge(text)


def test_an_odoo_that_fails_is_a_failure(judge):
    assert not judge(GOOD, status=1)


def test_failures_are_counted_apart(judge, capsys):
    judge(GOOD.replace("0 failed", "2 failed").replace("0 error", "1 error"))
    assert "= 3 failed, 5 passed in " in capsys.readouterr().out
