"""Every divergence from Scrapy's defaults, with the reason; and the project's own settings."""

from __future__ import annotations

import os

BOT_NAME = "sassspider"
SPIDER_MODULES = ["sassspider.spiders"]
NEWSPIDER_MODULE = "sassspider.spiders"
COMMANDS_MODULE = "sassspider.commands"

# Ours
CONTACT = os.environ.get("SASSSPIDER_CONTACT", "")  # mail address or web page, sent to the site in the user agent
ARCHIVE_URL = os.environ.get("SASSSPIDER_ARCHIVE_URL", "sqlite:///data/sassspider.db")  # or postgresql+psycopg://…
ARCHIVE_TIMEOUT = 60  # seconds to wait for a database server that is away
MIRRORS = {"en.sss.net.cn": "en.sass.cn"}  # hosts that serve the same site: archived under one name
EXPORT_PATH = "data/%(name)s.jsonl"  # the corpus, one article a line; %(name)s is the spider's; empty for none
FILES_STORE = "data/media"  # pictures and files that the spider media keeps; or s3://…, gs://…, ftp://…
MEDIA_HOSTS: list[str] = []  # hosts beside the site that it may request: pictures.example.org
RUNS_DIR = "data/runs"  # a JSON report of each run; empty for none
QUARANTINE_DIR = "data/quarantine"  # bytes of refused pages, and why
KEEP_DUPLICATES = False  # True keeps re-posts, naming in duplicate_of what they repeat
REMOVAL_MAX_SHARE = 0.5  # of a section's articles that one run may find removed; more are a fault of the site
BROWSER = "auto"  # a Chromium passes challenges (auto), fetches every page (always), or is not used (never)
BROWSER_EXECUTABLE = os.environ.get("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", "")  # empty finds the system's

# Chromium, for what plain HTTP can't fetch: docs/operate.md.
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "sassspider.handlers.BrowserDownloadHandler")
PLAYWRIGHT_ABORT_REQUEST = "sassspider.browser.abort_request"
PLAYWRIGHT_PROCESS_REQUEST_HEADERS = None  # Chromium's own, as it is to look like a browser

# Courtesy: a small public server. Faster settings are for the mock site only.
ROBOTSTXT_OBEY = True  # default False
CONCURRENT_REQUESTS = 1  # default 16; with more, requests leave the queue, and their order, before their turn
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8
CONCURRENT_ITEMS = 1  # default 100, and as many tasks are made for each page; a page has one article
DOWNLOAD_DELAY = 2  # seconds, default 0
AUTOTHROTTLE_ENABLED = True  # default False; a slow answer lengthens the delay
AUTOTHROTTLE_START_DELAY = 2  # seconds, default 5; never below DOWNLOAD_DELAY
DOWNLOAD_TIMEOUT = 60  # seconds, default 180; a page has 20 kB
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/xml,application/xml;q=0.9,*/*;q=0.8",  # default prefers HTML
    "Accept-Language": "en",
}

# A server that fails: docs/reliability.md.
RETRY_TIMES = 4  # default 2
RETRY_PRIORITY_ADJUST = -(10**50)  # default -1; a page that failed is retried after all others
RETRY_BACKOFF = 2  # seconds that the site is left alone after a failure, doubled while different pages fail
RETRY_BACKOFF_MAX = 60  # seconds
RETRY_AFTER_MAX = 900  # seconds; a page that asks for more (Retry-After) is left to the next run
RETRY_GIVE_UP_AFTER = 900  # seconds without a sound response; 55 where the site never sent any
RETRY_MAX_DAMAGED = 20  # pages in a row that were damaged, each time otherwise, after which the site is given up
RETRY_HTTP_CODES = [408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]  # default lacks those of proxies
CLOSESPIDER_PAGECOUNT = 50_000  # default none; a site that names more pages may have links without end

# Safety: pages are untrusted input.
REMOTE_CONTROL_ENABLED = False  # default True; runs code posted to a local port
TELNETCONSOLE_ENABLED = False  # default True; an open console
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes, default 1 GiB
MEMUSAGE_LIMIT_MB = 1024  # default none; a response whose headers have no end fills the memory
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
COOKIES_ENABLED = False  # default True; asks the network for the public suffix list
REDIRECT_MAX_TIMES = 5  # default 20; the site has none, and more than a few are a loop
REFERRER_POLICY = "no-referrer"  # the default doubles the memory of each request that waits
URLLENGTH_LIMIT = 0  # default 2083; hrefs.py refuses longer addresses
METAREFRESH_ENABLED = False  # default True; the pages are XML

# Outputs
FEED_EXPORT_ENCODING = "utf-8"  # default escapes what is not ASCII in JSON
FEED_EXPORTERS = {  # for feeds and for scrapy export, which writes WARC too
    "jsonl": "sassspider.exporters.plain.JsonLinesExporter",  # default is slower
    "json": "scrapy.exporters.JsonItemExporter",
    "csv": "sassspider.exporters.plain.CsvExporter",  # default prints Python lists, and cells that are formulas
    "xml": "sassspider.exporters.plain.XmlExporter",  # default prints None
    "parquet": "sassspider.exporters.parquet.ParquetExporter",
    "bib": "sassspider.exporters.bibliography.BibtexExporter",
    "ris": "sassspider.exporters.bibliography.RisExporter",
    "csl.json": "sassspider.exporters.bibliography.CslExporter",
    "tei.xml": "sassspider.exporters.tei.TeiExporter",
}
FEED_EXPORTERS |= dict.fromkeys(("jsonlines", "jl"), FEED_EXPORTERS["jsonl"])
FEED_STORAGES = {  # default empties the file when the crawl starts
    "": "sassspider.exporters.feeds.AtomicFileStorage",
    "file": "sassspider.exporters.feeds.AtomicFileStorage",
}
LOG_LEVEL = "INFO"  # default DEBUG prints each request
WARN_ON_GENERATOR_RETURN_VALUE = False  # default reads the spider anew for each page, as each callback is a new object

# Health: the checks at the end of a run; docs/operate.md explains each alarm.
HEALTH_COVERAGE = {  # least share of the fetched articles that has a field; others may be empty on any article
    "section": 0.98,
    "breadcrumbs": 0.98,
    "editor": 0.6,
    "byline": 0.6,
    "authors": 0.6,
    "source_name": 0.5,
    "source_url": 0.3,  # often empty, or no absolute address
    "date_modified": 0.7,
    "views": 0.9,
}
HEALTH_MAX_AGE_DAYS = 45  # days, longer than holidays; an older newest article is a warning; 0 allows any age
HEALTH_MAX_ERROR_RATIO = 0.1  # share of requests that fail, retried or not; a slow day has a few
HEALTH_ALERTS = os.environ.get("SASSSPIDER_ALERTS", "")  # Apprise URLs that are sent an alarm, separated by white space
SPIDERMON_SPIDER_CLOSE_MONITORS = ["sassspider.monitors.HealthSuite"]  # add your own; empty judges nothing

ADDONS = {"sassspider.addons.SettingsAddon": 100}
EXTENSIONS = {
    "scrapy.extensions.feedexport.FeedExporter": None,
    "sassspider.exporters.feeds.FeedExporter": 0,  # default exits with 0 when an exporter can't write an item
    "sassspider.extensions.terminal.LogSanitizer": 10,
    "sassspider.extensions.archive.ArchiveExtension": 100,
    "sassspider.extensions.terminal.ProgressBar": 200,
    "sassspider.extensions.health.HealthExtension": 800,
    "sassspider.extensions.report.ReportExtension": 900,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "sassspider.middlewares.downloader.SameSiteMiddleware": 50,  # default allows redirects elsewhere
    "sassspider.middlewares.robotstxt.RobotsTxtMiddleware": 100,  # default allows all where robots.txt is unavailable
    "sassspider.middlewares.retry.RetryMiddleware": 550,  # default retries at once
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 555,  # default 600; some challenges are redirects
    "sassspider.middlewares.browser.BrowserMiddleware": 560,  # after decompression, before retries
    "sassspider.middlewares.downloader.CompressionMiddleware": 590,  # default raises zlib's errors past retries
}
SPIDER_MIDDLEWARES = {"sassspider.middlewares.damaged_page.DamagedPageMiddleware": 100}
ITEM_PIPELINES = {
    "sassspider.pipelines.archive.ArchivePipeline": 200,
    "sassspider.pipelines.duplicates.DuplicatesPipeline": 300,
    "sassspider.pipelines.export.ExportPipeline": 900,
}
