"""Text in its forms: what stands in Markdown, and what an author writes in it."""
