"""The CloudFormation resource within a construct of the CDK, for properties that the construct does not have."""

from typing import TypeVar

from constructs import Construct

Resource = TypeVar("Resource")


def own_resource(construct: Construct, kind: type[Resource]) -> Resource:
    """Raises TypeError if the construct is not made of one resource of this kind."""
    found = construct.node.default_child
    if not isinstance(found, kind):
        raise TypeError(f"{construct.node.path} is made of {type(found).__name__}, not of {kind.__name__}")
    return found
