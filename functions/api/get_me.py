"""GET /GetMe/api/v0/: who is signed in, and what they have saved to pay with."""

from box_office import wiring
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.me import me
from box_office.ports import Clock
from box_office.settings.users import MeSettings
from box_office.use_cases.get_me import saved_methods_of
from box_office.wiring import payments

SERVICE = "get_me"


def build(settings: MeSettings, clock: Clock) -> wiring.Handler:
    wallet = payments.wallet(settings)

    def handle(request: Request) -> Response:
        caller = request.signed_in
        return Response(200, me(caller, saved_methods_of(caller.user_id, wallet)), "OK", PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings), staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, MeSettings)
