"""The project's settings apart from a crawl."""

import os

from crawler.project import project_settings


def test_settings_are_found_from_any_folder_and_leave_the_environment_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCRAPY_SETTINGS_MODULE", raising=False)
    assert project_settings()["SPIDER_MODULES"] == ["crawler.spiders"]
    assert "SCRAPY_SETTINGS_MODULE" not in os.environ
