"""Reading a call's parameters. What the sandbox does not know is refused, as Stripe refuses what it does not know."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from local.payment_sandbox.stripe_errors import invalid

TEXT_LENGTH_MAX = 5_000
METADATA_KEYS_MAX = 50
METADATA_NAME_LENGTH_MAX = 40
METADATA_VALUE_LENGTH_MAX = 500
INTEGER = re.compile(r"-?[0-9]{1,15}")


class Parameters:
    """One object of the form. Every read marks a name as known; `finish` refuses the rest."""

    def __init__(self, members: Mapping[str, Any], prefix: str = "") -> None:
        self._members = members
        self._prefix = prefix
        self._known: set[str] = set()

    def path(self, name: str) -> str:
        return f"{self._prefix}[{name}]" if self._prefix else name

    def text(self, name: str, length_max: int = TEXT_LENGTH_MAX) -> str | None:
        value = self._read(name)
        if isinstance(value, Mapping):
            raise invalid(f"Invalid string: {self.path(name)} is an object.", param=self.path(name))
        if value and len(value) > length_max:
            raise invalid(f"{self.path(name)} has more than {length_max} characters.", param=self.path(name))
        return value or None

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            code = "parameter_invalid_empty" if name in self._members else "parameter_missing"
            raise invalid(f"Missing required param: {self.path(name)}.", code, self.path(name))
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in choices:
            raise invalid(f"Invalid {self.path(name)}: must be one of {', '.join(choices)}", param=self.path(name))
        return value

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        if value not in (None, "true", "false"):
            raise invalid(f"Invalid boolean: {value}", param=self.path(name))
        return None if value is None else value == "true"

    def positive(self, name: str) -> int | None:
        """Minor units: at least 1."""
        value = self.text(name)
        if value is None:
            return None
        if not INTEGER.fullmatch(value):
            raise invalid(f"Invalid integer: {value}", "parameter_invalid_integer", self.path(name))
        if int(value) < 1:
            message = "This value must be greater than or equal to 1."
            raise invalid(message, "parameter_invalid_integer", self.path(name))
        return int(value)

    def url(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
            raise invalid("Not a valid URL", "url_invalid", self.path(name))
        return value

    def values(self, name: str) -> list[str]:
        """A list: `name[]=a&name[]=b`."""
        members = self._read(name) or {}
        if not isinstance(members, Mapping) or not all(isinstance(value, str) for value in members.values()):
            raise invalid("Invalid array", param=self.path(name))
        return list(members.values())

    def object(self, name: str) -> "Parameters | None":
        members = self._read(name)
        if not members:
            return None
        if not isinstance(members, Mapping):
            raise invalid("Invalid object", param=self.path(name))
        return Parameters(members, self.path(name))

    def metadata(self, kept: Mapping[str, str] | None = None) -> dict[str, str]:
        """`kept` with what is given; an empty value takes its name out."""
        members = self._read("metadata") or {}
        if not isinstance(members, Mapping) or not all(isinstance(value, str) for value in members.values()):
            raise invalid("Invalid hash", param=self.path("metadata"))
        for name, value in members.items():
            if len(name) > METADATA_NAME_LENGTH_MAX or len(value) > METADATA_VALUE_LENGTH_MAX:
                limits = f"{METADATA_NAME_LENGTH_MAX} characters a name, {METADATA_VALUE_LENGTH_MAX} a value"
                raise invalid(f"Metadata is limited to {limits}.", param=f"metadata[{name[:40]}]")
        merged = {name: value for name, value in {**(kept or {}), **members}.items() if value}
        if len(merged) > METADATA_KEYS_MAX:
            raise invalid(f"Metadata is limited to {METADATA_KEYS_MAX} keys.", param="metadata")
        return merged

    def finish(self) -> None:
        unknown = sorted(set(self._members) - self._known)
        if unknown:
            path = self.path(unknown[0])
            raise invalid(f"Received unknown parameter: {path}", "parameter_unknown", path)

    def _read(self, name: str) -> Any:
        self._known.add(name)
        return self._members.get(name)
