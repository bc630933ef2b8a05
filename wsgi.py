import gc

from selfassess.web.app import create_app
from selfassess.web.log_filter import hush_faults

hush_faults()
app = create_app()
# What was read at start-up stays: searching it for garbage again and again would stop a page for 50 ms.
gc.freeze()
