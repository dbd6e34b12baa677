from . import sale_order
from . import plug4market_order_event
from . import plug4market_desk
from . import plug4market_desk_needs
from . import plug4market_desk_sales
from . import plug4market_desk_health
