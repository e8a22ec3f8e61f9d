"""The article for other places: as plain CommonMark, as one page to copy from, as pictures."""
