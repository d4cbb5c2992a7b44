"""What every template may use: texts, dates, amounts. Functions, made once."""

from flask import Flask

from app.core import clock, i18n, money


def register(app: Flask) -> None:
    """Start-up."""
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.autoescape = True
    env.globals.update(
        _=i18n.gettext, _n=i18n.ngettext, now=clock.now, today=clock.today, euros=money.euros, percent=money.percent
    )
    env.filters.update(
        typo=i18n.typo_filter,
        euros=money.euros,
        amount_input=money.amount_input,
        quantity=money.quantity,
        percent=money.percent,
        spaced=money.spaced,
        long_date=clock.long_date,
        card_date=clock.card_date,
        table_date=clock.table_date,
        local=clock.local,
        jour=lambda moment: clock.table_date(clock.local(moment).date()),
        hour=clock.hour,
        since=clock.since,
        tel=lambda phone: "".join(phone.split()),
        full=clock.full,
    )
