"""Figures drawn with matplotlib, which only this room imports."""
