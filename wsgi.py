import gc

from selfassess.web import create_app

app = create_app()
# What was read at start-up stays: searching it for garbage again and again would stop a page for 50 ms.
gc.freeze()
