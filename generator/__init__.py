"""Precedent: this just happened in the market; what happened next, every time before?"""
