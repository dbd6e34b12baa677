from . import plug4market_label_mixin
from . import sale_order
from . import stock_picking
from . import stock_move
from . import plug4market_label
from . import plug4market_label_fetcher
from . import res_company
