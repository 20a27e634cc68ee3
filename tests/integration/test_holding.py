"""HoldSeat and ReleaseSeat: the real handlers on moto and a real Valkey."""

from tests.cinema import Cinema


def test_a_hold_is_created_priced_by_the_server_and_seen_by_everybody(cinema: Cinema) -> None:
    answer = cinema.hold("A3", "A1", price=1)

    assert (answer.status, answer.headers["Status"]) == (201, "HELD")
    assert answer.body["selected_seat"] == ["A1", "A3"]
    assert (answer.body["price"], answer.body["currency"]) == (26.5, "EUR")
    assert cinema.seat("A1")["order_id"] == answer.body["order_id"]
    assert cinema.map(user="grace").body["rows"][0]["status"] == "hehe"
    assert cinema.booking().body["seconds_left"] == 600
    assert cinema.hold("A1", user="grace").body["conflicts"] == ["A1"]
