"""What issues expected of their present cases, and what has become of them."""
