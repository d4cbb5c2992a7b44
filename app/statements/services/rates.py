"""Which rate of a contract holds for a stay."""

from app.statements.models import Rate, Stay, Terms


def rate_of(stay: Stay, terms: Terms) -> Rate:
    """Our commission: the most specific rate whose conditions the stay meets on its arrival, else that of the contract.

    Of two as specific, that of the platform wins, then that of the longest stay; `ties` names those that cannot be told apart.
    """
    held = [rate for rate in terms.rates if _holds(rate, stay, terms)]
    return max(held, key=_rank, default=Rate(terms.rate))


def ties(terms: Terms) -> list[tuple[Rate, Rate]]:
    """Pairs of rates that state the same conditions: to be refused at entry."""
    seen: dict[tuple[str, str, int], Rate] = {}
    found = []
    for rate in terms.rates:
        key = (rate.channel, rate.season, rate.nights)
        if key in seen:
            found.append((seen[key], rate))
        seen[key] = rate
    return found


def platform_rate(stay: Stay, terms: Terms) -> int | None:
    """The platform's own commission by the contract, in basis points; None when the contract does not know the platform."""
    return dict(terms.platforms).get(stay.channel)


def _holds(rate: Rate, stay: Stay, terms: Terms) -> bool:
    if rate.channel and rate.channel != stay.channel:
        return False
    if rate.season and not any(s.name == rate.season and s.holds(stay.arrival) for s in terms.seasons):
        return False
    return stay.nights >= rate.nights


def _rank(rate: Rate) -> tuple[int, bool, int, bool]:
    return rate.conditions, bool(rate.channel), rate.nights, bool(rate.season)
