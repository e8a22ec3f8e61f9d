"""The site put together: issues as files, the pages around them, the feed, MkDocs."""
