"""中国农商行网, the news site of the rural commercial banks and credit cooperatives."""

from crawler.pages.nongshang import NongshangPage
from crawler.spiders.base import SiteSpider


class NongshangSpider(SiteSpider):
    """Where to look: the home page, and from there whatever the site links."""

    name = "nongshang"
    site_name = "中国农商行网"
    article_page = NongshangPage
