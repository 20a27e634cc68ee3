"""Mails the customer a receipt once an order has its tickets. No part of the sale waits for the mail.

Messages come at least once, and a mail cannot be taken back: for a message that comes twice, two mails are sent.
"""

from dataclasses import dataclass

from box_office.domain.orders import OrderRef, Status
from box_office.domain.receipts import receipt_of, wants_receipt
from box_office.ports import Addresses, Catalogue, Clock, Mail, Orders


@dataclass(frozen=True)
class ReceiptPorts:
    orders: Orders
    catalogue: Catalogue
    addresses: Addresses
    mail: Mail
    clock: Clock


class NotBookedYet(Exception):
    """The order is PAID: it will have its tickets, or its money back, when the message comes again."""


def send_receipt(ref: OrderRef, ports: ReceiptPorts) -> bool:
    """True if a mail went out. Raises NotBookedYet, Unavailable: the message comes again."""
    order = ports.orders.locate(ref)
    if order is not None and order.status is Status.PAID:
        raise NotBookedYet(order.order_id)
    if order is None or order.status is not Status.BOOKED or not wants_receipt(order):
        return False
    address = ports.addresses.of_user(order.user_id)
    if address is None:
        return False
    now = ports.clock.now_ms()
    movie = ports.catalogue.movie(order.movie_id, now).value
    theater = ports.catalogue.theater(order.theater_id, now).value
    receipt = receipt_of(order, movie, theater)
    ports.mail.send(address, receipt.subject, receipt.text)
    return True
