"""Reports as a person wrote them, read and checked whole: every mistake at once."""
