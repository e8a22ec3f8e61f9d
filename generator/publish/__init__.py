"""Published issues, frozen, and the ledger of all that was ever published."""
