from odoo import fields, models


class BenchBareDoorNotice(models.Model):
    _name = "bench.bare.door.notice"
    _description = "Bare Door Notice"

    order_uid = fields.Char()
    payload = fields.Text()
