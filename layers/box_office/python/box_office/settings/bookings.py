"""Settings of functions that show bookings, sign tickets and let people in."""

from box_office.settings import Settings
from box_office.settings.payments import PinRules
from box_office.settings.shared import (
    ChangeSettings,
    HoldRules,
    OrderSettings,
    QueueSettings,
    RefundRules,
    SeatTableSettings,
    StaffSettings,
)
from box_office.settings.users import AddressSettings


class TicketKeySettings(Settings):
    """Settings of functions that sign tickets' codes, or show the keys that check them."""

    tickets_secret: str  # the secret's name


class BookingSettings(OrderSettings, TicketKeySettings):
    """Settings of functions that show or read the codes of tickets."""


class GetBookingSettings(BookingSettings, HoldRules, RefundRules, PinRules):
    """GetBooking, and what else shows bookings whole."""


class CheckInSettings(ChangeSettings, BookingSettings, StaffSettings):
    """CheckInTicket."""


class GateListSettings(OrderSettings, SeatTableSettings, StaffSettings):
    """GetGateList."""


class FindSettings(GetBookingSettings, AddressSettings, StaffSettings):
    """FindOrder."""


class ReceiptSettings(OrderSettings, QueueSettings, AddressSettings):
    """The consumer that mails a receipt an order."""

    sender: str  # an address that SES may send from
