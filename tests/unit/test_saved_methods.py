"""Saved methods: read when they are submitted, forgotten when they are gone at the provider, one customer a user."""

import pytest

from box_office.domain.errors import PaymentInProgress, Unavailable
from box_office.domain.payments import Kind, Method
from box_office.ports.payments import SavedMethod
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED
from tests.paid_orders import at_rest

SAVE = Method(Kind.CARD, "pm_visa", save=True)
SAVED = Method(Kind.SAVED)
MINE = SavedMethod("cus_ada", "pm_visa")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def saver(world: World) -> World:
    """Ada has paid once, and saved what she paid with."""
    buys(world, "or_1", SAVE, "A1")
    assert world.wallet.saved("ada") == MINE
    return world


def buys(world: World, order_id: str, method: Method, seats: str = "B1", user: str = "ada") -> str:
    world.hold(order_id, user, seats)
    world.submit(method, user)
    world.deliver_all()
    return world.status(order_id)


def decline_code(world: World, order_id: str) -> str:
    return str(world.order(order_id).attempts[-1].decline["code"])


# At submit


def test_a_saved_method_pays_and_the_intent_of_the_attempt_says_which(saver: World) -> None:
    assert buys(saver, "or_2", SAVED) == "BOOKED"
    attempt = saver.order("or_2").attempts[0]
    charged = saver.provider.intents[attempt.intent_id]
    assert (attempt.method, charged.payment_method, charged.customer) == (Method(Kind.SAVED), "pm_visa", "cus_ada")


def test_what_is_charged_is_what_was_saved_when_it_was_submitted(saver: World) -> None:
    saver.hold("or_2", seats="B1")
    saver.submit(SAVED)
    saver.wallet.save("ada", SavedMethod("cus_ada", "pm_another"))
    saver.deliver_all()
    assert saver.provider.intents["pi_or_2_1"].payment_method == "pm_visa"


def test_with_nothing_saved_it_is_accepted_and_then_declined_without_asking_the_provider(world: World) -> None:
    world.hold("or_1")
    assert world.submit(SAVED).status == "PAYING"
    world.deliver_all()
    assert (world.status(), decline_code(world, "or_1")) == ("HELD", "no_saved_method")
    assert world.provider.calls == []


def test_the_wallet_is_read_for_a_saved_method_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(user_id: str) -> None:
        raise Unavailable("the table is away")

    monkeypatch.setattr(world.wallet, "saved", away)
    world.hold("or_1")
    with pytest.raises(Unavailable):
        world.submit(SAVED)
    assert world.seat("A1") == "hold", "nothing is pinned"
    assert world.submit("pm_visa").status == "PAYING"


def test_saved_again_is_the_same_method_whatever_was_saved_meanwhile(saver: World) -> None:
    saver.hold("or_2", seats="B1")
    saver.submit(SAVED)
    saver.wallet.save("ada", SavedMethod("cus_ada", "pm_another"))
    assert saver.submit(SAVED).attempt == 1
    with pytest.raises(PaymentInProgress):
        saver.submit("pm_visa")
    saver.wallet.forget("ada", SavedMethod("cus_ada", "pm_another"))
    assert saver.submit(SAVED).attempt == 1


def test_a_saved_method_takes_the_place_of_one_that_waits_for_its_customer(saver: World) -> None:
    saver.hold("or_2", seats="B1")
    saver.submit(CHALLENGED)
    saver.deliver_all()
    saver.submit(SAVED)
    saver.submit(SAVED)
    saver.deliver_all()
    assert (saver.status("or_2"), saver.order("or_2").attempt) == ("BOOKED", 2)


# Gone at the provider


@pytest.mark.shows("saved method, or its customer, is deleted at the provider")
@pytest.mark.parametrize("what", ["pm_visa", "cus_ada"])
def test_a_saved_method_that_is_gone_is_declined_once_and_forgotten(saver: World, what: str) -> None:
    saver.provider.gone.add(what)
    assert (buys(saver, "or_2", SAVED), decline_code(saver, "or_2")) == ("HELD", "saved_method_gone")
    assert saver.wallet.saved("ada") is None
    saver.submit(SAVED)
    saver.deliver_all()
    assert (saver.status("or_2"), decline_code(saver, "or_2")) == ("HELD", "no_saved_method")
    saver.submit("pm_visa")
    saver.clock.advance(seconds=4)  # so long a third attempt waits on its lane
    saver.deliver_all()
    assert saver.status("or_2") == "BOOKED"
    at_rest(saver, "BOOKED", saver.charged("or_1"))


def test_a_method_that_was_saved_meanwhile_is_not_forgotten(saver: World) -> None:
    saver.hold("or_2", seats="B1")
    saver.submit(SAVED)
    saver.provider.gone.add("pm_visa")
    another = SavedMethod("cus_ada", "pm_another")
    saver.wallet.save("ada", another)
    saver.deliver_all()
    assert decline_code(saver, "or_2") == "saved_method_gone"
    assert saver.wallet.saved("ada") == another


def test_a_saved_method_that_is_declined_stays_saved(world: World) -> None:
    world.wallet.save("ada", SavedMethod("cus_ada", "pm_declined"))
    assert (buys(world, "or_1", SAVED), decline_code(world, "or_1")) == ("HELD", "card_declined")
    assert world.wallet.saved("ada") is not None


@pytest.mark.shows("saved method, or its customer, is deleted at the provider")
def test_a_customer_that_is_gone_is_made_anew_when_a_method_is_to_be_saved(saver: World) -> None:
    saver.provider.gone.add("cus_ada")
    assert buys(saver, "or_2", Method(Kind.CARD, "pm_another", save=True)) == "BOOKED"
    assert saver.wallet.saved("ada") == SavedMethod("cus_ada_2", "pm_another")


# One customer a user


def test_a_customer_is_made_once_though_every_payment_of_theirs_is_declined(world: World) -> None:
    """Stored only after a success, each decline of another day made another."""
    declined = Method(Kind.CARD, "pm_declined", save=True)
    world.hold("or_1")
    for _ in range(3):
        world.submit(declined)
        world.clock.advance(seconds=4)
        world.deliver_all()
    assert world.status() == "HELD"
    assert [name for name, _ in world.provider.calls].count("new_customer") == 1
    assert world.wallet.customer("ada") == "cus_ada"


def test_nobody_becomes_a_customer_who_saves_nothing(world: World) -> None:
    assert buys(world, "or_1", Method(Kind.CARD, "pm_visa")) == "BOOKED"
    assert (world.provider.customers, world.wallet.customers) == ({}, {})


@pytest.mark.parametrize("fault", ["lost", "down", "busy", "refused"])
def test_a_customer_whose_making_was_not_answered_is_made_once(world: World, fault: str) -> None:
    world.provider.faults["new_customer"].append(fault)
    world.hold("or_1")
    world.submit(SAVE)
    world.minutes(4)
    assert world.status() == "BOOKED"
    assert set(world.provider.customers.values()) == {"cus_ada"}
    assert world.wallet.saved("ada") == MINE
