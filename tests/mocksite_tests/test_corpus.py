from datetime import date

import pytest

from tests.mocksite import Corpus, build_corpus
from tests.mocksite.records import Record
from tests.mocksite.sections import ARTICLE_SECTIONS, COMMENTARY


def newest_before(records: list[Record], position: int) -> date:
    return max(date.fromisoformat(record.published[:10]) for record in records[:position])


def test_same_seed_gives_the_same_articles() -> None:
    assert build_corpus(3, 40).all() == build_corpus(3, 40).all()


def test_other_seed_gives_other_articles() -> None:
    assert {r.title for r in build_corpus(3, 40).all()}.isdisjoint(r.title for r in build_corpus(4, 40).all())


@pytest.mark.parametrize(("articles", "elsewhere"), [(1, 3), (12, 3), (60, 12)])
def test_sections_have_their_sizes(articles: int, elsewhere: int) -> None:
    corpus = build_corpus(1, articles)
    sizes = {section: len(corpus.of_section(section)) for section in ARTICLE_SECTIONS}
    assert sizes == dict.fromkeys(ARTICLE_SECTIONS, elsewhere) | {COMMENTARY: articles}


def test_ids_are_one_growing_sequence_with_gaps(corpus: Corpus) -> None:
    ids = [record.id for record in corpus.all()]
    assert ids == sorted(set(ids))
    assert ids[0] >= 1000
    assert len(ids) < ids[-1] - ids[0]
    assert [record.section_id for record in corpus.all()] != sorted(record.section_id for record in corpus.all())


def test_dates_are_out_of_order_but_never_by_more_than_six_days(corpus: Corpus) -> None:
    records = corpus.of_section()
    lags = [
        (newest_before(records, position) - date.fromisoformat(record.published[:10])).days
        for position, record in enumerate(records)
        if position
    ]
    assert 0 < max(lags) <= 6


def test_no_hour_is_above_twelve(corpus: Corpus) -> None:
    stamps = [stamp for record in corpus.all() for stamp in (record.published, record.modified) if stamp]
    assert {int(stamp[11:13]) for stamp in stamps} == set(range(1, 13))
    assert sum(record.published.endswith("12:00") for record in corpus.all()) > len(corpus) / 2


@pytest.mark.parametrize(("articles", "copies"), [(9, [1]), (10, [1, 2]), (60, [1, 2, 3])])
def test_some_articles_are_reposts(articles: int, copies: list[int]) -> None:
    corpus = build_corpus(1, articles)
    reposts = [record for record in corpus.of_section() if record.original_id]
    origins = [record.original_id for record in reposts]
    assert sorted({origins.count(record.id) + 1 for record in corpus.originals()}) == copies
    for record in reposts:
        original = corpus.by_id(record.original_id or 0)
        assert record.title == original.title
        assert record.id > original.id
        assert original.original_id is None


def test_about_one_in_twenty_five_is_a_repost() -> None:
    corpus = build_corpus(1, 2000)
    assert 0.03 < 1 - len(corpus.originals()) / 2000 < 0.05


def test_titles_of_originals_differ(corpus: Corpus) -> None:
    titles = [record.title for section in ARTICLE_SECTIONS for record in corpus.originals(section)]
    assert len(titles) == len(set(titles))


def test_titles_come_in_every_form(corpus: Corpus) -> None:
    titles = [record.title for record in corpus.of_section()]
    assert any(" & " in title for title in titles)
    assert any("“" in title for title in titles)
    assert any(title.count('"') == 1 for title in titles)
    assert any(len(title) > 200 for title in titles)


def test_by_id_knows_no_gap(corpus: Corpus) -> None:
    with pytest.raises(KeyError):
        corpus.by_id(1)
