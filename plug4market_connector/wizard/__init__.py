from . import plug4market_shipment
from . import plug4market_cancel
from . import plug4market_preview
from . import plug4market_order_recover
from . import plug4market_stock_explanation
from . import plug4market_stock_explanation_line
from . import plug4market_plan
from . import plug4market_plan_line
