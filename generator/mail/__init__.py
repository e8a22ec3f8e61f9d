"""The e-mail of an issue: its edition, and its way to every recipient, once."""
