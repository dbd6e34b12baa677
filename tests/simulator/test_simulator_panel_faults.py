"""The panel's page of fault switches."""

import pytest

from simulator.faults import Faults


def test_every_switch_has_a_form(panel):
    page = panel.get("/painel/falhas")
    for name in Faults.model_fields:
        assert {f"fault-{name}", f"fault-{name}-on"} <= page.ids
        assert f"fault-{name}-off" not in page.ids


@pytest.mark.parametrize(
    "name, form, value",
    [
        ("refuse_refresh", {}, True),
        ("label_form", {"label_form": "zpl"}, "zpl"),
        ("webhook_times", {"webhook_times": "3"}, 3),
        ("webhook_lost", {"calls": "2"}, {"calls": 2}),
        ("webhook_lost", {"calls": "2", "sem-fim": "1"}, {"calls": None}),
        (
            "duplicate_sku",
            {"calls": "1", "form": "other_group"},
            {"form": "other_group"},
        ),
        ("too_many_requests", {"calls": "1", "retry_after": "9"}, {"retry_after": 9}),
        (
            "expired_access",
            {"calls": "1", "until_refresh": "true"},
            {"until_refresh": True},
        ),
        (
            "lost_answer",
            {
                "calls": "1",
                "path_prefix": "/orders",
                "method": "",
                "how": "bad_gateway",
            },
            {
                "calls": 1,
                "path_prefix": "/orders",
                "method": None,
                "how": "bad_gateway",
            },
        ),
    ],
    ids=str,
)
def test_switching_on_and_off(panel, control, name, form, value):
    page = panel.post(f"/painel/falhas/{name}", acao="ligar", **form)
    assert f"fault-{name}-off" in page.ids
    current = control.get("/faults")[name]
    if isinstance(value, dict):
        assert value.items() <= current.items()
    else:
        assert current == value
    panel.post(f"/painel/falhas/{name}", acao="desligar")
    assert control.get("/faults") == Faults().model_dump()


def test_wrong_switches(panel, control):
    page = panel.post("/painel/falhas/slow_answer", 400, calls="1", seconds="99")
    assert "error" in page.ids
    panel.post("/painel/falhas/nada", 404)
    control.faults(refuse_repeat=True, null_fields=True)
    panel.post("/painel/falhas/limpar")
    assert control.get("/faults") == Faults().model_dump()
