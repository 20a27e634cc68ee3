"""The text of a receipt, with times in the theater's time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from box_office.domain.catalogue import Movie, Theater
from box_office.domain.money import in_words
from box_office.domain.orders import Order


@dataclass(frozen=True)
class Receipt:
    subject: str
    text: str


def receipt_of(order: Order, movie: Movie, theater: Theater) -> Receipt:
    """Names film, seats and price. Codes of tickets are in GetBooking's answer, never in a mail."""
    lines = [
        f"{movie.title}",
        f"{theater.name}, {theater.address}",
        local_time(order.movie_time, theater.time_zone),
        f"Seats: {', '.join(order.selected_seat)}",
        f"Paid: {in_words(order.price, order.currency)}",
        f"Order: {order.order_id}",
        "",
        "Your tickets are in your bookings.",
    ]
    return Receipt(f"Your seats for {movie.title}", "\n".join(lines))


def wants_receipt(order: Order) -> bool:
    """No mail for a clerk's sale, as its user is not the customer, nor for money that a clerk took, for which the desk
    gives a receipt."""
    attempt = order.current_attempt
    return order.sale is None and (attempt is None or not attempt.in_cash)


def local_time(time_ms: int, time_zone: str) -> str:
    """ "Thursday 26 November 2026, 16:55"; in UTC, and saying so, if the machine does not know the time zone."""
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    try:
        local, zone = moment.astimezone(ZoneInfo(time_zone)), ""
    except ZoneInfoNotFoundError:
        local, zone = moment, " UTC"
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}{zone}"
