"""From a source to what is stored: discovery, fetching, extraction, archiving."""
