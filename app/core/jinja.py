"""What every template may use: texts, dates, amounts. Functions, made once."""

from typing import Any

from flask import Flask
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer

from app.core import clock, i18n, money


class Said(NodeTransformer):
    """What a template always says is said when it is compiled, not on each line of a list: `_("…")` without variables, and nothing for
    `{{ this if that }}` when that is not."""

    def visit_Output(self, node: nodes.Output, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  (Jinja's name)
        """What is printed; Jinja makes of nothing an object that raises before it says so."""
        self.generic_visit(node, *args, **kwargs)
        for part in node.nodes:
            if isinstance(part, nodes.CondExpr) and part.expr2 is None:
                part.expr2 = nodes.Const("", lineno=part.lineno)
        return node

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  (Jinja's name)
        """The call, or its text."""
        self.generic_visit(node, *args, **kwargs)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str() as text)], kwargs=[]):
                return nodes.Const(i18n.gettext(text), lineno=node.lineno)
        return node


class Compiler(CodeGenerator):
    """Jinja's, after the constant texts are said."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802  (Jinja's name)
        """The whole template."""
        super().visit_Template(Said().visit(node), frame)


def register(app: Flask) -> None:
    """Start-up."""
    env = app.jinja_env
    env.code_generator_class = Compiler
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
        units=money.units,
        percent=money.percent,
        spaced=money.spaced,
        long_date=clock.long_date,
        written_date=clock.written_date,
        card_date=clock.card_date,
        table_date=clock.table_date,
        local=clock.local,
        jour=lambda moment: clock.table_date(clock.local(moment).date()),
        hour=clock.hour,
        since=clock.since,
        tel=lambda phone: "".join(phone.split()),
        full=clock.full,
    )
