"""Text in, checked Program out; one module per pass, ordered by ``driver``."""
