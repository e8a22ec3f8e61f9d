"""The audit of a published table: every figure computed again, what is wrong, and the likely cause."""
