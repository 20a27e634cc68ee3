"""What moto and botocore do again and again for nothing, done once. Imported by tests/conftest.py, which calls
`make_faster`; tests/unit/test_faster_moto.py compares the answers with moto's own.
"""

from functools import cache
from typing import Any

from botocore import loaders, session
from botocore.model import StructureShape
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.core import responses
from moto.core.models import MockAWS, botocore_stubber, responses_mock
from moto.core.serialize import BaseJSONSerializer
from moto.sns.models import Subscription

VALUE = "AttributeValue"
whole = BaseJSONSerializer._serialize_type_structure


def make_faster() -> None:
    BaseJSONSerializer._serialize_type_structure = only_what_is_there  # type: ignore[method-assign]
    Subscription.private_key = lambda self: key_of_all_topics()  # type: ignore[method-assign]
    # moto looks up a class's methods for each request.
    responses.method_names_from_class = cache(responses.method_names_from_class)
    # `mock_aws` ends boto3's session, and with it all that was read of AWS's descriptions of its services: a client of
    # the next test would read them again.
    session.create_loader = cache(loaders.create_loader)
    MockAWS._enable_patching = without_requests  # type: ignore[method-assign]


def only_what_is_there(self: BaseJSONSerializer, serialized: Any, value: Any, shape: StructureShape, key: str) -> None:
    """moto looks for each of the ten members that a value of DynamoDB may have (`S`, `N`, ...) under several names; a
    value has one."""
    if shape.name != VALUE or type(value) is not dict or not value.keys() <= shape.members.keys():
        whole(self, serialized, value, shape, key)
        return
    members = self.MAP_TYPE() if key else serialized
    for name, member in value.items():
        if member is not None:
            self._serialize(members, member, shape.members[name], name)
    if key:
        self._default_serialize(serialized, members, shape, key)


def without_requests(self: MockAWS, reset: bool = True) -> None:
    """moto catches what the package `requests` sends too, by a thousand patterns that it makes anew for each test.
    Nothing here asks AWS by that package: its calls of AWS fail, as any call of the network does."""
    botocore_stubber.enabled = True
    if reset:
        self.reset()
    responses_mock.start()


@cache
def key_of_all_topics() -> rsa.RSAPrivateKey:
    """moto signs each subscription's messages with an RSA key of its own, whose making takes as long as a test. No test
    looks at the signature."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
