"""Ways out of the archive, and back in: WARC."""
