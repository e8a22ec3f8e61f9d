"""What a person writes: report.yml, letter.yml, watchlist.yml, as frozen models with their schema."""
