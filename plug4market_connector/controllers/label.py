from odoo import http
from odoo.http import content_disposition, request


class Plug4marketLabel(http.Controller):
    """Where a click on Print labels leads: one file of the labels it names."""

    @http.route(
        "/plug4market/labels/<string:ids>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def labels(self, ids):
        wanted = [int(number) for number in ids.split(",") if number.isdecimal()]
        labels = request.env["plug4market.label"].browse(wanted).exists()
        labels.check_access("read")
        file = labels._printable_file()
        if not file:
            raise request.not_found()
        name, mimetype, content = file
        return request.make_response(
            content,
            [
                ("Content-Type", mimetype),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "no-store"),
            ],
        )
