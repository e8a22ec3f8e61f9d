"""What the site says beside its issues: signals, assets, the scorecard, how to read."""
