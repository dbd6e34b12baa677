"""Which lines of a log are a complaint."""

import pytest

from devkit import odoo

OURS = "2026-11-26 03:56:36,466 7 ERROR db odoo.addons.base: Failed plug4market.sku\n"
OTHERS = "2026-11-26 03:56:36,466 7 ERROR db odoo.addons.base: Failed res.partner\n"
ENDINGS = ["Initiating shutdown", "Stopping workers gracefully"]


@pytest.fixture
def complaints(tmp_path):
    log = tmp_path / "odoo.log"

    def complaints(*lines):
        log.write_text("".join(lines))
        return odoo.complaints(log, "db", "plug4market")

    return complaints


def test_what_is_loud_and_ours_is_a_complaint(complaints):
    assert complaints(OTHERS, OURS, OURS.replace("ERROR", "INFO")) == [OURS.strip()]


@pytest.mark.parametrize("said", ENDINGS)
def test_what_the_end_of_the_server_cuts_off_is_none(complaints, said):
    end = f"2026-11-26 03:56:36,400 7 INFO db odoo.service.server: {said}\n"
    assert complaints(end, OURS) == []
    assert complaints(OURS, end) == [OURS.strip()]
