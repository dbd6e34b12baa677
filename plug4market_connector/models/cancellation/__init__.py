from . import account_move
from . import sale_order
from . import stock_picking
from . import stock_move
from . import res_company
