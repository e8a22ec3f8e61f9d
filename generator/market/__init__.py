"""Prices: providers, the price store, checks, the trading calendar, bars."""
