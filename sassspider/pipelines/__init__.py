"""Item pipelines, one a file; ``settings.ITEM_PIPELINES`` puts them in order."""
