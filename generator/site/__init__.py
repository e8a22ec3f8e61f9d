"""The site: how Markdown becomes pages, and what MkDocs is given beside them."""
