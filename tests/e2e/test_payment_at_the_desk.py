"""Cash: only at a desk, never too little, and any number of sales at once."""


def cash(tendered):
    return {"type": "cash", "tendered": tendered}


def test_cash_is_booked_with_its_change(stack, showing, staff):
    clerk = staff("desk1")
    held = clerk.hold(showing, "A1", "A2", sale="s1")
    assert held.status == 201
    order = held.body["order_id"]
    paid = clerk.pay(showing, cash(40.0), order_id=order)
    assert (paid.status, paid.body["change"]) == (202, 17)
    clerk.sees(showing, "BOOKED", order_id=order)
    assert stack.provider.intents(order) == []


def test_exact_cash_has_no_change_and_too_little_is_refused(stack, showing, staff):
    clerk = staff("desk1")
    order = clerk.hold(showing, "A1", sale="s1").body["order_id"]
    short = clerk.pay(showing, cash(11.49), order_id=order)
    assert (short.status, short.code) == (400, "invalid_request")
    exact = clerk.pay(showing, cash(11.5), order_id=order)
    assert (exact.status, exact.body["change"]) == (202, 0)
    clerk.sees(showing, "BOOKED", order_id=order)


def test_a_customer_pays_no_cash(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.hold(showing, "A1").body["order_id"]
    answer = ada.pay(showing, cash(40))
    assert (answer.status, answer.code) == (403, "forbidden")
    assert stack.payments.order(showing, order)["status"] == "HELD"


def test_two_sales_of_a_clerk_are_open_at_once(stack, showing, staff):
    """A card that takes its time never keeps the next customer in the queue waiting."""
    clerk = staff("desk1")
    slow = clerk.hold(showing, "A1", "A2", sale="first").body["order_id"]
    assert clerk.pay(showing, "pm_card_authenticationRequired", order_id=slow).status == 202
    clerk.history.close("desk1", showing.event_id, 0)  # the record of promises knows one sale a user
    quick = clerk.hold(showing, "B1", sale="second")
    assert quick.status == 201
    assert clerk.pay(showing, cash(20), order_id=quick.body["order_id"]).body["change"] == 8.5
    clerk.sees(showing, "BOOKED", order_id=quick.body["order_id"])
    assert clerk.booking(showing, order_id=slow).body["status"] == "PAYING"
    clerk.sees_action(showing, order_id=slow)
    stack.provider.challenge(stack.provider.intents(slow)[0]["id"], "pass")
    clerk.sees(showing, "BOOKED", order_id=slow)


def test_a_clerk_sells_more_than_ten_seats_of_a_showing(stack, showing, staff):
    clerk = staff("desk2")
    orders = []
    for sale, row in (("one", "A"), ("two", "B")):
        clerk.history.claims.clear()
        seats = showing.rows[row][:10]
        order = clerk.hold(showing, *seats, sale=sale).body["order_id"]
        assert clerk.pay(showing, cash(115), order_id=order).status == 202
        orders.append(order)
    for order in orders:
        clerk.sees(showing, "BOOKED", order_id=order)
