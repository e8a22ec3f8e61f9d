"""The post: the e-mail of an issue to every recipient, once."""
