"""The project's settings for code that runs outside a crawl."""

from scrapy.settings import Settings


def project_settings() -> Settings:
    """The settings of the default profile, from any folder.

    Scrapy's own `get_project_settings` looks for `scrapy.cfg` above the working directory and
    leaves the profile it chose in the environment, for every process started later.
    """
    settings = Settings()
    settings.setmodule("crawler.settings.default", priority="project")
    return settings
