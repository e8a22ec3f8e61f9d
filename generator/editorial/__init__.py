"""Report specs, facts, sentences, number formatting, the edition."""
