"""What a gate and a desk do on the deployed stack: keys, scans, the list, an undo, a terminal, a search."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from box_office.domain import base45


def test_a_gate_and_a_desk_work_a_showing(stack, showing, visitors, staff, passer_by):
    (ada,) = visitors(1)
    gate, clerk, manager = staff("gate"), staff("desk1"), staff("manager")
    order = ada.holds(showing, "A1", "A2")
    assert ada.pay(showing, {"type": "card", "confirmation_token": stack.provider.confirmation_token()}).status == 202
    first, _ = ada.sees(showing, "BOOKED")["tickets"]

    (key,) = passer_by.get("/GetTicketKeys/api/v0/").body["keys"]
    raw = base45.decode(first["code"].removeprefix("BO2:"))
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["public_key"] + "="))
    public.verify(raw[-64:], b"BO2:" + raw[:-64])

    scan = {"ticket": first["code"], "scan_id": "sc_1", "device": "door-1"}
    assert gate.post("/CheckInTicket/api/v0/", scan | {"event_ids": ["another"]}).code == "wrong_event"
    used = gate.post("/CheckInTicket/api/v0/", scan | {"event_ids": [showing.event_id]})
    assert (used.status, gate.post("/CheckInTicket/api/v0/", scan).body) == (200, used.body)

    sale = clerk.hold(showing, "B1", sale="s1").body["order_id"]
    assert clerk.pay(showing, {"type": "external", "reference": "T-0042"}, order_id=sale).status == 202
    clerk.sees(showing, "BOOKED", order_id=sale)

    listed = gate.get(f"/GetGateList/api/v0/{showing.event_id}/").body
    assert listed["counts"] == {"sold": 3, "in": 1}
    assert {one["seat_id"]: one["status"] for one in listed["tickets"]} == {"A1": "used", "A2": "valid", "B1": "valid"}

    undo = {"ticket": first["code"], "reason": "scanned by mistake"}
    assert manager.post("/UndoCheckIn/api/v0/", undo).body == {"status": "VALID", "ticket_id": first["ticket_id"]}
    since = gate.get(f"/GetGateList/api/v0/{showing.event_id}/", params={"since": listed["as_of"]}).body
    assert since["counts"]["in"] == 0

    email = f"{ada.name}@example.com"
    for wanted in ({"email": email}, {"code": first["code"]}, {"ticket_id": first["ticket_id"]}, {"order_id": order}):
        orders = manager.post("/FindOrder/api/v0/", wanted).body["orders"]
        assert [one["user_email"] for one in orders if one["order_id"] == order] == [email]
        hidden = clerk.post("/FindOrder/api/v0/", wanted).body["orders"]
        assert hidden == [], "a clerk without a theater finds their own sales alone"


def test_the_demos_staff_have_a_theater(stack, showing, visitors):
    (ada,) = visitors(1)
    ada.holds(showing, "A1")
    ada.pay(showing)
    (ticket,) = ada.sees(showing, "BOOKED")["tickets"]
    accounts = {one["name"]: one for one in stack.facts["accounts"]}
    assert accounts["gate"]["theater_id"] == "lisboa"
    lisboa = type(ada)("gate", accounts["gate"]["token"], stack.http, ada.history)
    assert lisboa.check_in(ticket["code"]).code == "wrong_event"
