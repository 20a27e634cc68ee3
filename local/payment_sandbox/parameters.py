"""Reading a call's parameters. What Stripe does not know is refused as Stripe refuses it; what Stripe knows and the
sandbox does not have is refused too, never ignored."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from local.payment_sandbox.stripe_errors import StripeError, invalid
from local.payment_sandbox.stripe_parameters import CHOICES, NAMES

TEXT_LENGTH_MAX = 5_000
METADATA_KEYS_MAX = 50
METADATA_NAME_LENGTH_MAX = 40
METADATA_VALUE_LENGTH_MAX = 500
INTEGER = re.compile(r"-?[0-9]{1,15}")
# https://docs.stripe.com/changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents
METHOD_TYPES = "payment_method_types"
WITHOUT_METHOD_TYPES = ("PaymentIntentCreateParams", "PaymentIntentConfirmParams")


class Parameters:
    """One object of the form. `kind` is its type in the `stripe` package; every read marks a name as read."""

    def __init__(self, members: Mapping[str, Any], kind: str, prefix: str = "") -> None:
        """Raises StripeError for names that Stripe does not know."""
        self._members = members
        self._kind = kind
        self._prefix = prefix
        self._read_names: set[str] = set()
        for name in sorted(members):
            if name not in NAMES[kind]:
                raise self._unknown(name)

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

    def choice(self, name: str) -> str | None:
        return self._checked(name, self.path(name), self.text(name))

    def choices(self, name: str) -> list[str]:
        """A list of values, each one of Stripe's."""
        values = self.values(name)
        for index, value in enumerate(values):
            self._checked(name, f"{self.path(name)}[{index}]", value)
        return values

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

    def object(self, name: str, kind: str) -> "Parameters | None":
        members = self._read(name)
        if not members:
            return None
        if not isinstance(members, Mapping):
            raise invalid("Invalid object", param=self.path(name))
        return Parameters(members, kind, self.path(name))

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

    def expansions(self) -> list[str]:
        return self.values("expand") if "expand" in NAMES[self._kind] else []

    def given(self, name: str) -> bool:
        """Whether the call names it at all; it may be none of what the sandbox has."""
        self._read(name)
        return name in self._members

    def finish(self) -> None:
        unread = sorted(set(self._members) - self._read_names)
        if unread:
            path = self.path(unread[0])
            raise invalid(f"The payment sandbox does not have the parameter {path}, which Stripe has.", param=path)

    def _read(self, name: str) -> Any:
        if name not in NAMES[self._kind]:
            raise LookupError(f"Stripe has no {name} in {self._kind}")  # a mistake of the sandbox's own
        self._read_names.add(name)
        return self._members.get(name)

    def _checked(self, name: str, path: str, value: str | None) -> str | None:
        choices = CHOICES[self._kind, name]
        if value is not None and value not in choices:
            raise invalid(f"Invalid {path}: must be one of {', '.join(choices)}", param=path)
        return value

    def _unknown(self, name: str) -> StripeError:
        path = self.path(name)
        if name == METHOD_TYPES and self._kind in WITHOUT_METHOD_TYPES:
            message = (
                f"The `{METHOD_TYPES}` parameter is no longer supported. Use `allowed_payment_method_types` instead."
            )
            return invalid(message, f"{METHOD_TYPES}_no_longer_supported", path)
        return invalid(f"Received unknown parameter: {path}", "parameter_unknown", path)
