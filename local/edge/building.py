"""An edge from its config: everything that is read from the template is read here, once, and not at a request."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from local.edge.cache import Cache
from local.edge.config import Config
from local.edge.distribution import function_code, read_distribution
from local.edge.firewall import read_firewall
from local.edge.handling import Edge
from local.edge.keeping import Keeper
from local.edge.limits import not_enforced
from local.edge.origins import Session
from local.edge.page_files import page_files
from local.edge.template import Template, TemplateError, dynamic_references
from local.edge.viewer_functions import ViewerFunctions

ORIGIN_KEY = "/origin-key-"  # in the names of the secrets


@dataclass(frozen=True)
class Built:
    edge: Edge
    not_enforced: Sequence[str]


def read_template(config: Config) -> Template:
    """Raises TemplateError."""
    try:
        document = json.loads(config.template.read_bytes())
    except (OSError, ValueError) as error:
        raise TemplateError(f"{config.template} is no template: {error}") from error
    keys = {one: config.origin_key for one in dynamic_references(document) if ORIGIN_KEY in one and config.origin_key}
    account = {"AWS::Region": config.region, "AWS::AccountId": config.account}
    return Template(document, {**account, **config.parameters}, keys)


def build(config: Config, session: Session, before: Edge | None = None) -> Built:
    """What `before` has kept is kept on, as CloudFront does when a distribution changes. Raises TemplateError."""
    template = read_template(config)
    try:
        distribution, firewall = read_distribution(template), read_firewall(template)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TemplateError(f"{config.template} lacks what a distribution or a firewall has: {error!r}") from error
    edge = Edge(
        distribution=distribution,
        firewall=firewall,
        functions=functions_of(template, before),
        keeper=before.keeper if before else Keeper(Cache(), time.time),
        api=session.origin(config.api_url),
        page=page_files(config),
    )
    return Built(edge, list(not_enforced(template, distribution, firewall)))


def functions_of(template: Template, before: Edge | None) -> ViewerFunctions:
    code = function_code(template)
    return before.functions if before and before.functions.code == code else ViewerFunctions(code)
