"""Which readings of a vague definition reproduce published claims."""
