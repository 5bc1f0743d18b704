"""Palimpsest: a news-scraping and archiving crawler that keeps every version of every story.

The folder that holds this file is the package; `docs/architecture.md` tells how its parts stand and
how one page flows through them.
"""
