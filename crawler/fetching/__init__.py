"""The one door to the network: guards, robots.txt, politeness, conditional requests, captures.

How a request goes out, and where to look::

    addon         tells Scrapy to send everything this way
    middlewares   robots.txt before a request, another try after it
      robots        the files of all origins, asked for once (rules: what one says)
      retry         whether to try again in this run; Retry-After
    handler       Scrapy's requests and responses <-> the door
    door          one request, one capture
      guards        where we may go, by URL and by address (resolver: DNS behind them)
      politeness    when: the gate that all crawls of a process share
      capture       what is written down (failures: in which words)
    network       holds all of this for one process

Beside it, for those who send requests and read captures: `conditional` (validators) and `decoding`
(compressed bodies). Scrapy appears only in addon, middlewares, handler, network and capture.
"""
