"""Descriptions as the hub takes them."""

import hub
import pytest


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", ""),
        (None, ""),
        ("Uma linha", "Uma linha"),
        ("Uma linha\nOutra\n\nÚltima", "Uma linha<br />Outra<br /><br />Última"),
        ("Até 5 < 7 & mais", "Até 5 &lt; 7 &amp; mais"),
        ("<p>Com <b>força</b></p>", "<p>Com <b>força</b></p>"),
        ("<div>Um</div><div>Dois</div>", "Um<br />Dois"),
        ("<div><div>Um<br></div></div>fim", "Um<br />fim"),
        ("<p>Bom</p><script>alert('x')</script>", "<p>Bom</p>"),
        ("<style>p {color: red}</style><p>Bom</p>", "<p>Bom</p>"),
        ('<p class="x" onclick="y()">Bom</p>', "<p>Bom</p>"),
        ('<a href="http://x">aqui</a> &amp; ali', "aqui &amp; ali"),
        ("<p>sem fim <b>aqui", "<p>sem fim <b>aqui"),
        ("<script>só isto", ""),
    ],
)
def test_simple_html_without_divisions_scripts_and_attributes(written, sent):
    assert hub.hub_description(written) == sent
