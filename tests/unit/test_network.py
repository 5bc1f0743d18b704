"""What the crawls of a process share."""

from __future__ import annotations

import copy

import pytest
from scrapy.settings import Settings as ScrapySettings

from palimpsest.crawler.fetching.addon import Addon
from palimpsest.crawler.fetching.network import SETTING, Network
from palimpsest.errors import BadSetting
from palimpsest.settings import Settings


def test_a_copy_of_scrapy_settings_shares_the_network():
    network = Network(Settings())
    settings = ScrapySettings({SETTING: network}).copy()
    assert settings.get(SETTING) is network
    assert copy.deepcopy(network) is network


@pytest.mark.parametrize("fetch", [{"allow": ("a b",)}, {"resolve": {"a.example": "b.example"}}])
def test_settings_that_cannot_be_read_are_named_at_once(fetch):
    with pytest.raises(BadSetting, match=r"setting fetch\."):
        Network(Settings(fetch=fetch))


def test_the_add_on_leaves_no_way_out_but_the_door():
    settings = ScrapySettings()
    Addon().update_settings(settings)
    # As Scrapy does it without a reactor, after the add-ons (Crawler._apply_reactorless_default_settings).
    settings["DOWNLOAD_HANDLERS_BASE"]["https"] = "scrapy.core.downloader.handlers._aiohttp.X"
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    used = {scheme: path for scheme, path in handlers.items() if path is not None}
    assert used == dict.fromkeys(("http", "https"), "palimpsest.crawler.fetching.handler.DownloadHandler")


def test_no_middleware_of_scrapy_s_own_changes_a_request_or_a_response():
    settings = ScrapySettings()
    Addon().update_settings(settings)
    middlewares = settings.get_component_priority_dict_with_base("DOWNLOADER_MIDDLEWARES")
    used = {getattr(path, "__name__", path) for path, order in middlewares.items() if order is not None}
    assert {str(path).rpartition(".")[2] for path in used} == {
        "RobotsMiddleware",
        "RetryMiddleware",
        "DownloaderStats",  # switched off by DOWNLOADER_STATS
    }
