"""Where articles may be: feeds, sitemaps, links and autodiscovery read into leads; fetches nothing."""
