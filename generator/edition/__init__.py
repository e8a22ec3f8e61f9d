"""The edition: everything that a report says, as frozen values before it has a form."""
