"""One page per file, each one `render()`."""
