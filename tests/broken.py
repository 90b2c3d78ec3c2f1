"""A stage with a defect, for a run that has to live with one."""


class Broken:
    """Fails on one story; stands before the project's own stages."""

    def process_item(self, raw):
        if raw.url.endswith("/114.html"):
            raise KeyError(raw.url)
        return raw
