"""What /config.json tells the page: all of it public, and nothing that a visitor could not see anyway."""

from collections.abc import Callable

from box_office import names
from box_office.names import VERSION
from infra.edge.provider import provider_addresses
from infra.stages import ExternalConfig, Stage

LANGUAGES = ("en", "es")


def page_config(
    *, stage: Stage, external: ExternalConfig, published: Callable[[str], str], build: str | None
) -> dict[str, object]:
    """`published`: a value that another stack wrote to SSM. `build`: what tells one build of the page from another."""
    return {
        "region": stage.region,
        "user_pool_id": published(names.USER_POOL_ID),
        "client_id": published(names.USER_POOL_CLIENT_ID),
        "staff_client_id": published(names.STAFF_CLIENT_ID),
        "cognito_endpoint": external.sign_in_url or None,  # null: the region's own
        "stripe_publishable_key": external.publishable_key or None,
        "stripe_script": provider_addresses(external.provider_url).script,
        "hold_seconds": stage.hold_seconds,  # so long a hold lasts, and a hold that gets more time from then on, ...
        "hold_seconds_max": stage.hold_seconds_max,  # ... until so long after it began
        "languages": list(LANGUAGES),
        "build": f"{VERSION}-{build}" if build else VERSION,
        "contact_email": external.contact_email or None,
        "stop_sale": None,
        "demo_accounts": None,  # the local stack writes its own people here (local/page_config.py)
    }
