"""A synthesized CloudFormation template, with its references followed as far as this machine knows them.

A Ref or GetAtt of a resource becomes a name that is the same wherever that resource is meant (`Firewall.Arn`):
enough to find a policy, a set of addresses or a bucket, none of which has a real address here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PSEUDO = {
    "AWS::Region": "us-east-1",
    "AWS::Partition": "aws",
    "AWS::AccountId": "000000000000",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "edge",
    "AWS::StackId": "edge",
    "AWS::NotificationARNs": "",
}
PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")
DYNAMIC = re.compile(r"\{\{resolve:[^}]+\}\}")


class TemplateError(Exception):
    """The template says something that the local edge cannot read. The message names it."""


class NoValue:
    """What `AWS::NoValue` leaves: the member that has it is not there."""


@dataclass(frozen=True)
class Template:
    document: Mapping[str, Any]
    parameters: Mapping[str, str] = field(
        default_factory=dict
    )  # values, by the logical ids of parameters, and pseudo parameters'
    dynamic: Mapping[str, str] = field(default_factory=dict)  # values, by the whole `{{resolve:...}}`

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """Logical id -> properties, of all resources of this type that the template's conditions let be."""
        found = {}
        for name, resource in self.document.get("Resources", {}).items():
            if resource["Type"] == kind and self._holds(resource.get("Condition")):
                found[name] = self.resolve(resource.get("Properties", {}))
        return found

    def one(self, kind: str) -> tuple[str, dict[str, Any]]:
        """Raises TemplateError unless there is exactly one."""
        found = self.of_type(kind)
        if len(found) != 1:
            raise TemplateError(f"the template has {len(found)} resources of type {kind}; the local edge reads one.")
        return next(iter(found.items()))

    def resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not NoValue]
        if isinstance(value, str):
            return DYNAMIC.sub(lambda found: self.dynamic.get(found[0], found[0]), value)
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), functions = next(iter(value.items())), self._functions()
            if name in functions:
                return self._again(functions[name](argument))
            if name.startswith("Fn::"):
                raise TemplateError(f"the template uses {name}, which the local edge cannot read.")
        resolved = {name: self.resolve(one) for name, one in value.items()}
        return {name: one for name, one in resolved.items() if one is not NoValue}

    def _again(self, value: Any) -> Any:
        """A dynamic reference may come out of a join of its parts."""
        return self.resolve(value) if isinstance(value, str) else value

    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": self._ref,
            "Fn::GetAtt": self._attribute,
            "Fn::Join": lambda argument: argument[0].join(map(str, self.resolve(argument[1]))),
            "Fn::Sub": self._substitute,
            "Fn::Select": lambda argument: self.resolve(argument[1])[int(self.resolve(argument[0]))],
            "Fn::Split": lambda argument: str(self.resolve(argument[1])).split(argument[0]),
            "Fn::If": lambda argument: self.resolve(argument[1] if self._holds(argument[0]) else argument[2]),
            "Fn::FindInMap": self._mapped,
            "Fn::ImportValue": self._imported,
        }

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NoValue
        if name in self.document.get("Parameters", {}):
            default = self.document["Parameters"][name].get("Default")
            return self.parameters.get(name, default if default is not None else name)
        return self.parameters.get(name, PSEUDO.get(name, name))

    @staticmethod
    def _attribute(argument: str | list[str]) -> str:
        return argument if isinstance(argument, str) else ".".join(argument)

    def _substitute(self, argument: str | list[Any]) -> str:
        text, given = (argument, {}) if isinstance(argument, str) else (argument[0], self.resolve(argument[1]))

        def value(found: re.Match[str]) -> str:
            literal, name = found.groups()
            if literal:
                return f"${{{name}}}"
            if name in given:
                return str(given[name])
            return name if "." in name else str(self._ref(name))

        return PLACEHOLDER.sub(value, text)

    def _mapped(self, argument: list[Any]) -> Any:
        table: Any = self.document.get("Mappings", {})
        for key in self.resolve(argument):
            table = table[key]
        return table

    def _imported(self, argument: Any) -> str:
        name = str(self.resolve(argument))
        return self.parameters.get(name, name)

    def _holds(self, condition: Any) -> bool:
        """None: no condition. A name: one of the template's. Else the expression itself."""
        if condition is None:
            return True
        if isinstance(condition, str):
            return self._holds(self.document["Conditions"][condition])
        name, argument = next(iter(condition.items()))
        if name == "Condition":
            return self._holds(argument)
        if name == "Fn::Equals":
            one, other = self.resolve(argument)
            return bool(one == other)
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name in ("Fn::And", "Fn::Or"):
            return (all if name == "Fn::And" else any)(self._holds(one) for one in argument)
        raise TemplateError(f"the template has a condition {name}, which the local edge cannot read.")


def dynamic_references(document: Any) -> set[str]:
    """Every `{{resolve:...}}` that stands whole in the template."""
    if isinstance(document, str):
        return set(DYNAMIC.findall(document))
    inside = document.values() if isinstance(document, dict) else document if isinstance(document, list) else ()
    return set().union(*map(dynamic_references, inside))
