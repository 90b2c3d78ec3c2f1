"""中国农商行网: what only this site has."""

from crawler.pages.base import ArticlePage


class NongshangPage(ArticlePage):
    """An article of 中国农商行网.

    Nobody has seen the site's markup yet, so nothing is replaced here. A field that the
    general rules misread on the live site is replaced here, with the fixture that needs it;
    when the site changes its layout, the new layout gets a class beside this one.
    """
