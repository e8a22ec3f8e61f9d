"""Figures drawn with matplotlib, which only this room imports."""

import logging

# Set before any module here imports matplotlib: its list of system fonts is not used, so nobody needs to
# hear how and where it is kept.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
