"""What every room stands on: errors, whole-file writes, folder swaps, the lock, YAML, processes."""
