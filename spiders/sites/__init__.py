"""Spiders for sites that cannot be read otherwise."""
