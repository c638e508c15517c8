import pytest

from tests.mocksite import Corpus, Site, SiteOptions, build_corpus
from tests.mocksite_tests.reading import MakeSite


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    """Enough articles for every kind, form and re-post."""
    return build_corpus(seed=1, articles=200)


@pytest.fixture
def site(corpus: Corpus) -> Site:
    """A fresh site: changing it leaves the corpus as it is."""
    return Site(corpus)


@pytest.fixture
def make_site(corpus: Corpus) -> MakeSite:
    """Return a fresh site that behaves as the given options say."""
    return lambda **options: Site(corpus, SiteOptions(**options))
