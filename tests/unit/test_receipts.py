"""Receipts: who gets one, what it says, and that nothing depends on it."""

from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from box_office.adapters.cognito_addresses import CognitoAddresses
from box_office.adapters.ses_mail import SESMail
from box_office.domain.catalogue import Movie, Theater
from box_office.domain.errors import Unavailable
from box_office.domain.money import in_words
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.receipts import local_time, receipt_of
from box_office.ports import Known
from box_office.use_cases.send_receipt import NotBookedYet, ReceiptPorts, send_receipt

NOW = 1_795_000_000_000
MOVIE = Movie("metropolis", "Metropolis", "A city.", 153, "PG", 1927, "Fritz Lang")
THEATER = Theater("lisboa", "Cine Tejo", "Rua do Cais 4, Lisboa", "", "Europe/Lisbon", "EUR")
BOOKED = Order(
    user_id="ada",
    order_id="or_1",
    event_id="ev_1",
    movie_id="metropolis",
    theater_id="lisboa",
    movie_time=1_795_030_200_000,
    status=Status.BOOKED,
    seat_prices={"A1": 1150, "A3": 1500},
    currency="EUR",
    revision=5,
    hold_until=NOW,
    first_held_at=NOW,
)


@dataclass
class Told:
    """The ports of a receipt, one user and one order."""

    order: Order | None = BOOKED
    address: str | None = "ada@cinema.example"
    sent: list[tuple[str, str, str]] = field(default_factory=list)

    def locate(self, ref: OrderRef) -> Order | None:
        return self.order

    def of_user(self, user_id: str) -> str | None:
        return self.address

    def send(self, to: str, subject: str, text: str) -> None:
        self.sent.append((to, subject, text))

    def movie(self, movie_id: str, now: int) -> Known[Movie]:
        return Known(MOVIE, now)

    def theater(self, theater_id: str, now: int) -> Known[Theater]:
        return Known(THEATER, now)

    def now_ms(self) -> int:
        return NOW

    def receive(self) -> bool:
        ports: Any = ReceiptPorts(orders=self, catalogue=self, addresses=self, mail=self, clock=self)
        return send_receipt(BOOKED.ref, ports)


def paid_with(kind: Kind) -> Order:
    attempt = Attempt(1, AttemptState.CAPTURED, Method(kind), 2650, "pi_1")
    return replace(BOOKED, attempt=1, attempts=(attempt,))


def test_a_booked_order_is_receipted_to_its_owner() -> None:
    told = Told(paid_with(Kind.CARD))
    assert told.receive()
    ((to, subject, text),) = told.sent
    assert (to, subject) == ("ada@cinema.example", "Your seats for Metropolis")
    assert "Seats: A1, A3" in text
    assert "Paid: 26.50 EUR" in text
    assert "Cine Tejo, Rua do Cais 4, Lisboa" in text


def test_a_receipt_waits_for_the_tickets() -> None:
    told = Told(replace(BOOKED, status=Status.PAID))
    with pytest.raises(NotBookedYet):
        told.receive()
    assert told.sent == []


@pytest.mark.parametrize(
    "order",
    [
        None,
        replace(BOOKED, status=Status.REFUNDING),
        replace(BOOKED, status=Status.REFUNDED),
        replace(BOOKED, sale="s1"),
        paid_with(Kind.CASH),
    ],
    ids=["unknown", "refunding", "refunded", "a desk's sale", "cash"],
)
def test_who_has_no_tickets_or_was_served_at_a_desk_gets_no_mail(order: Order | None) -> None:
    told = Told(order)
    assert not told.receive()
    assert told.sent == []


def test_a_user_who_has_gone_gets_no_mail() -> None:
    told = Told(address=None)
    assert not told.receive()
    assert told.sent == []


def test_no_code_of_a_ticket_is_ever_mailed() -> None:
    ticket = {"ticket_id": "tk_1", "seat_id": "A1", "status": "valid", "checked_in_at": None}
    assert "tk_1" not in receipt_of(replace(BOOKED, tickets=(ticket,)), MOVIE, THEATER).text


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(2650, "EUR", "26.50 EUR"), (5, "EUR", "0.05 EUR"), (500, "JPY", "500 JPY"), (1234, "KWD", "1.234 KWD")],
)
def test_amounts_have_their_currencys_decimals(minor: int, currency: str, text: str) -> None:
    assert in_words(minor, currency) == text


def test_the_showings_time_is_the_theaters_and_says_so_if_it_is_not() -> None:
    summer = 1_782_500_400_000  # 2026-06-26T19:00Z
    assert local_time(summer, "Europe/Lisbon") == "Friday 26 June 2026, 20:00"
    assert local_time(summer, "Nowhere/City") == "Friday 26 June 2026, 19:00 UTC"


def client_of(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


def test_an_address_is_read_where_the_user_signs_in() -> None:
    client = client_of("cognito-idp")
    attributes = [
        {"Name": "sub", "Value": "ada"},
        {"Name": "email", "Value": "ada@cinema.example"},
        {"Name": "email_verified", "Value": "true"},
    ]
    with Stubber(client) as cognito:
        answer = {"Username": "ada", "UserAttributes": attributes}
        cognito.add_response("admin_get_user", answer, {"UserPoolId": "pool", "Username": "ada"})
        cognito.add_client_error("admin_get_user", "UserNotFoundException", http_status_code=400)
        cognito.add_client_error("admin_get_user", "TooManyRequestsException", http_status_code=500)
        addresses = CognitoAddresses(client, "pool")
        assert addresses.of_user("ada") == "ada@cinema.example"
        assert addresses.of_user("gone") is None
        with pytest.raises(Unavailable):
            addresses.of_user("ada")


@pytest.mark.parametrize("verified", [[], [{"Name": "email_verified", "Value": "false"}]], ids=["untold", "not yet"])
def test_nothing_is_sent_to_an_address_that_was_not_verified(verified: list[dict[str, str]]) -> None:
    client = client_of("cognito-idp")
    attributes = [{"Name": "email", "Value": "stranger@example.com"}, *verified]
    with Stubber(client) as cognito:
        cognito.add_response("admin_get_user", {"Username": "ada", "UserAttributes": attributes})
        assert CognitoAddresses(client, "pool").of_user("ada") is None


def test_a_mail_is_plain_and_from_the_configured_sender() -> None:
    client = client_of("sesv2")
    expected = {
        "FromEmailAddress": "box@cinema.example",
        "Destination": {"ToAddresses": ["ada@cinema.example"]},
        "Content": {
            "Simple": {
                "Subject": {"Data": "Seats", "Charset": "UTF-8"},
                "Body": {"Text": {"Data": "A1", "Charset": "UTF-8"}},
            }
        },
    }
    with Stubber(client) as ses:
        ses.add_response("send_email", {"MessageId": "m"}, expected)
        SESMail(client, "box@cinema.example").send("ada@cinema.example", "Seats", "A1")
        ses.assert_no_pending_responses()


def test_a_user_is_found_by_the_address_that_they_sign_in_with() -> None:
    client = client_of("cognito-idp")
    told = [{"Name": "sub", "Value": "ada"}, {"Name": "email", "Value": "ada@cinema.example"}]
    verified = {"Name": "email_verified", "Value": "true"}
    with Stubber(client) as cognito:
        asked = {"UserPoolId": "pool", "Username": "ada@cinema.example"}
        cognito.add_response("admin_get_user", {"Username": "ada", "UserAttributes": [*told, verified]}, asked)
        cognito.add_response("admin_get_user", {"Username": "ada", "UserAttributes": told}, asked)
        cognito.add_client_error("admin_get_user", "UserNotFoundException", http_status_code=400)
        users = CognitoAddresses(client, "pool")
        assert users.of_address("ada@cinema.example") == "ada"
        assert users.of_address("ada@cinema.example") is None, "it was not verified"
        assert users.of_address("gone@cinema.example") is None


@pytest.mark.guards("personal data and secrets")
def test_a_name_that_the_pool_can_give_nobody_is_nobodys_and_in_no_error() -> None:
    """The pool's refusal repeats the name: as the cause of an Unavailable it would be logged."""
    client = client_of("cognito-idp")
    with Stubber(client) as pool:
        pool.add_client_error("admin_get_user", "InvalidParameterException", "Value 'a@b.c' at 'username' failed")
        assert CognitoAddresses(client, "pool").of_address("a@b.c") is None
