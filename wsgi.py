import gc

from selfassess.web.app import create_app, settings_or_exit
from selfassess.web.log_filter import hush_faults
from selfassess.web.log_lines import set_up

hush_faults()
told = settings_or_exit()
set_up(told.log_format)
app = create_app(told)
# What was read at start-up stays: searching it for garbage again and again would stop a page for 50 ms.
gc.freeze()
