"""Scrapy spiders, one for each way of finding."""
