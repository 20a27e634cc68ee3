"""DELETE /GetMe/api/v0/?saved_methods: forgets what the user has saved to pay with; again is the same."""

from box_office import wiring
from box_office.domain.errors import InvalidRequest
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.ports import Clock
from box_office.settings.users import ForgetSettings
from box_office.use_cases.forget_saved_methods import forget_saved_methods
from box_office.wiring import payments

SERVICE = "forget_saved_methods"
WHAT = "saved_methods"


def build(settings: ForgetSettings, clock: Clock) -> wiring.Handler:
    wallet, lanes = payments.wallet(settings), wiring.lanes(settings)

    def handle(request: Request) -> Response:
        caller = request.signed_in
        if WHAT not in request.query:
            raise InvalidRequest(f"Say what is to be forgotten: ?{WHAT}.", WHAT)
        forget_saved_methods(caller.user_id, wallet, lanes)
        return Response(204, None, "FORGOTTEN", PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, ForgetSettings)
