"""Settings for every property test: the same examples on each run, however slow the machine."""

from hypothesis import settings

settings.register_profile("sassspider", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("sassspider")
