from . import account_move
from . import ir_attachment
from . import account_move_nfe
from . import account_move_total
from . import plug4market_nfe_file
from . import sale_order
from . import plug4market_nfe_file_match
from . import res_company
