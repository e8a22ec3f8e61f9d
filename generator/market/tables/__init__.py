"""Price files as people and programs write them: understood once for the whole file."""
