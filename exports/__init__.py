"""Ways out of the archive: JSON Lines, CSV, Parquet, SQLite, WARC, WACZ, citations.

`selection` says which versions go out, `rows` what is said of each, `files` sees that a file is complete
before it has its name, and one module writes each format: `write` takes rows one at a time, `count` reads
the finished file back. Nothing here prints or parses a command line.
"""
