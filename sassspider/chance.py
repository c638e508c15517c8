"""Tells a share that is out of bounds from a handful of articles that only happen to look so."""

from __future__ import annotations

from math import exp, fsum, lgamma, log, log1p


def is_too_few(count: int, of: int, floor: float, tolerance: float) -> bool:
    """Whether ``count`` of ``of`` is less than the share ``floor``, and chance does not explain it.

    Chance explains it when so few, or fewer, come about with at least the probability ``tolerance`` where each one has
    the probability ``floor``. So one odd article among five is passed over, and the same share of fifty is not.
    """
    if count >= floor * of:
        return False
    return floor >= 1 or _chance_of_at_most(count, of, floor) < tolerance


def is_too_many(count: int, of: int, ceiling: float, tolerance: float) -> bool:
    """Whether ``count`` of ``of`` is more than the share ``ceiling``, and chance does not explain it."""
    return is_too_few(of - count, of, 1 - ceiling, tolerance)


def _chance_of_at_most(count: int, of: int, share: float) -> float:
    """The binomial distribution; by logarithms, for binomials of thousands are too large for a float."""
    whole, yes, no = lgamma(of + 1), log(share), log1p(-share)
    return fsum(exp(whole - lgamma(k + 1) - lgamma(of - k + 1) + k * yes + (of - k) * no) for k in range(count + 1))
