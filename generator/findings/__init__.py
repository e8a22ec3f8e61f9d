"""What a study found: its numbers as the editor sees them, its tables, its sentences."""
