from odoo import http
from odoo.http import request


class BareDoor(http.Controller):
    @http.route(
        "/bench/bare",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def receive(self):
        """Insert one row, whatever came."""
        request.env.cr.execute(
            "INSERT INTO bench_bare_door_notice (order_uid, payload) VALUES (%s, %s)",
            [
                request.get_json_data()["order"]["orderId"],
                request.httprequest.get_data(as_text=True),
            ],
        )
        return request.make_json_response({"received": True})
