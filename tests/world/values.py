"""Values of the parameters of addresses."""

from dataclasses import dataclass, field

from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter


@dataclass
class World:
    """Values of parameters, by "parameter", "blueprint.parameter" or "endpoint.parameter": the longest wins."""

    values: dict[str, object] = field(default_factory=dict)

    def address(self, rule: Rule) -> str:
        """The address of a route among these records. Raises LookupError for a parameter that has no value."""
        built = rule.build({name: self._value(rule, name) for name in rule.arguments})
        assert built is not None, rule
        return f"{built[1]}?id={self.values['admin_id']}" if rule.endpoint.startswith("admin_") else built[1]

    def _value(self, rule: Rule, name: str) -> object:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return min(converter.items)
        for key in (f"{rule.endpoint}.{name}", f"{rule.endpoint.split('.')[0]}.{name}", name):
            if key in self.values:
                return self.values[key]
        raise LookupError(f"tests/world/ gives no value for <{name}> of {rule.endpoint} ({rule.rule})")
