"""Who gets in, over the deployed stack: tokens of every wrong kind, the access matrix, and canaries in all that it
writes."""

import io
import json
import zipfile

import pytest

from box_office.adapters.dynamodb.values import from_item, to_item
from infra.http_functions import HTTP_FUNCTIONS
from tests.access_matrix import MATRIX, filled, shown_of
from tests.canaries import CARD, EMAIL, FORGED, HEADERS, TOKEN, bodies, found_in, places
from tests.e2e.deployed import sales_rule
from tests.e2e.payments import signed
from tests.e2e.tokens import Tokens
from tests.e2e.visitor import TOKEN_HEADER, Visitor
from tests.waiting import eventually

UNDER_FAULTS = ("get_booking", "hold_seat", "submit_payment", "refund_booking")  # their errors are logged
ROUTE = {function.verb: function for function in HTTP_FUNCTIONS}
BEHIND_THE_AUTHORIZER = [function for function in HTTP_FUNCTIONS if function.signed_in]
NEVER_KEPT = {"token", "card"}
OWN_WORDS = {("orders", "key"), ("orders", "reason")}  # of what a client wrote, these are kept as they are


def path_of(verb, path):
    return ROUTE[verb].path.format(**path) + "/"


@pytest.fixture
def somewhere(showing):
    return {"event_id": showing.event_id, "movie_id": showing.movie_id, "theater_id": showing.theater_id}


@pytest.mark.guards("API2 authentication")
def test_every_route_refuses_every_wrong_token(stack, showing, somewhere, visitors, history):
    (ada,) = visitors(1)
    wrong, let_in = list(Tokens(stack, ada.name, ada.token).wrong()), []
    for function in BEHIND_THE_AUTHORIZER:
        path = path_of(function.verb, somewhere)
        for what, token in [("none", None), *wrong]:
            body = {} if function.method == "GET" else {"json": {}}  # CloudFront refuses a GET that has a body
            answer = Visitor(what, token, stack.http, history).request(function.method, path, **body)
            if (answer.status, answer.code) != (401, "unauthenticated"):
                let_in.append(f"{function.verb}: {what}: {answer.status} {answer.code}")
        elsewhere = {"Authorization": f"Bearer {ada.token}", "Cookie": f"{TOKEN_HEADER}={ada.token}"}
        answer = Visitor("elsewhere", None, stack.http, history).request(function.method, path, headers=elsewhere)
        assert answer.status == 401, f"{function.verb} took a token from another header"
    assert let_in == []


@pytest.mark.guards("API2 authentication")
def test_a_token_that_is_signed_again_unchanged_is_as_good(stack, showing, visitors, history):
    """The control of the forgeries: they are refused for what is wrong with them, not for how they were made."""
    (ada,) = visitors(1)
    tokens = Tokens(stack, ada.name, ada.token)
    again = Visitor(ada.name, tokens.signed_again(), stack.http, history)
    assert again.get("/GetMe/api/v0/").body == ada.get("/GetMe/api/v0/").body
    assert ada.post("/FindOrder/api/v0/", {"order_id": "or_1"}).code == "forbidden"


@pytest.fixture
def things(stack, showing, showings, visitors, staff):
    """Ada with all that the matrix names, others, and what is gone: (callers, her facts, facts of what is gone)."""
    ada, grace, alan = visitors(3)
    held, used, empty = next(showings), next(showings), next(showings)
    bought = [ada, showing], [ada, used], [alan, used]
    bookings = []
    for visitor, where in bought:
        visitor.holds(where, "A1" if visitor is ada else "B1")
        assert visitor.pay(where).status == 202
        bookings.append(visitor.sees(where, "BOOKED"))
    assert staff("gate").check_in(bookings[1]["tickets"][0]["code"]).status == 200
    key = f"key-of-{ada.name}"
    hold = ada.hold(held, "A1", key=key)
    assert hold.status == 201
    gone = stack.payments.order(used, bookings[2]["order_id"])
    row = {"user_id": gone["user_id"], "order_key": gone["order_key"]}
    stack.dynamodb.delete_item(TableName=stack.tables["orders"], Key=to_item(row))
    me = ada.get("/GetMe/api/v0/").body
    public = {"movie": showing.movie_id, "theater": showing.theater_id, "key": key, "user": me["user_id"], "card": "{}"}
    facts = (
        public
        | facts_of(bookings[0])
        | {
            "held": hold.body["order_id"],
            "held_event": held.event_id,
            "email": me["email"],
            "used_code": bookings[1]["tickets"][0]["code"],
            "used_ticket": bookings[1]["tickets"][0]["ticket_id"],
            "cursor": ada.bookings(limit=1).body["next_cursor"],
        }
    )
    nothing = facts_of(bookings[2]) | {"held": bookings[2]["order_id"], "used_code": bookings[2]["tickets"][0]["code"]}
    nothing |= {"event": empty.event_id, "held_event": empty.event_id, "email": "no-one@example.com"}
    demo = {account["name"]: account["token"] for account in stack.facts["accounts"]}
    passer_by = Visitor("anonymous", None, stack.http, ada.history)
    callers = {"anonymous": passer_by, "ada": ada, "grace": grace, "manager": staff("manager")}
    # The demo's clerk and gate work at a theater of the demo.
    callers |= {
        caller: Visitor(caller, demo[name], stack.http, ada.history)
        for caller, name in (("desk_away", "desk1"), ("gate_away", "gate"))
    }
    return callers, facts, facts | nothing


def facts_of(booking):
    ticket = booking["tickets"][0]
    return {
        "order": booking["order_id"],
        "event": booking["event_id"],
        "ticket": ticket["ticket_id"],
        "code": ticket["code"],
    }


def ask(visitor, row, facts):
    path, query, body, headers = (filled(one, facts) for one in (row.path, row.query, row.body, row.headers))
    arguments = {"params": query, "headers": headers} | ({} if row.body is None else {"json": body})
    return visitor.patiently(ROUTE[row.verb].method, path_of(row.verb, path), **arguments)


def rows_of(stack, facts):
    pages = stack.dynamodb.get_paginator("scan").paginate(TableName=stack.tables["orders"], ConsistentRead=True)
    rows = [from_item(item) for page in pages for item in page["Items"]]
    return [row for row in rows if row["order_id"] in (facts["order"], facts["held"])]


@pytest.mark.guards("API1 object level authorization", "API5 function level authorization")
def test_the_matrix_holds_behind_the_real_authorizer(stack, things):
    """All cells of these callers but those that change something: in process each has a world of its own."""
    callers, facts, gone = things
    before, complaints = rows_of(stack, facts), []
    for row in MATRIX:
        asked = json.dumps([filled(one, facts) for one in (row.path, row.query, row.body or {}, row.headers)])
        for caller, visitor in callers.items():
            cell = row.cells[caller]
            if "!" in cell:
                continue
            answer = ask(visitor, row, facts)
            text = json.dumps([answer.body, dict(answer.headers)], ensure_ascii=False)
            shown = shown_of(facts, text, asked) - {"card"}
            may = set(row.shows.split()) - {"card"} if "+" in cell else set()
            if cell.rstrip("+=") not in (str(answer.status), answer.code) or shown != may:
                complaints.append(f"{row.verb} {row.names} {caller}: {answer.status} {answer.code} {shown}")
            if "=" in cell and told(answer) != told(ask(visitor, row, gone)):
                complaints.append(f"{row.verb} {row.names} {caller}: told her thing from one that is not there")
    assert complaints == []
    assert rows_of(stack, facts) == before and len(before) == 2


def told(answer):
    return answer.status, answer.word, {name: value for name, value in answer.body.items() if name != "request_id"}


# Canaries


def everywhere(stack):
    """{where: text} of all that the stack has written: logs, tables, cache, queues that keep messages."""
    logs = stack.checkout.state / "logs"
    found = {str(path.relative_to(logs)): path.read_text(errors="replace") for path in logs.rglob("*.log")}
    found["cache"] = repr(
        [(key, dump_of(stack.cache.client, key)) for key in stack.cache.client.scan_iter(count=1_000)]
    )
    sqs = stack.client("sqs")
    for name, url in stack.facts["queues"].items():
        if name in ("parked", "reconcile-failures") or name.endswith("-dlq"):
            waiting = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, AttributeNames=["All"]
            )
            found[name] = json.dumps(waiting.get("Messages", []), default=str)
    watch = stack.client("logs")
    for group in watch.describe_log_groups()["logGroups"]:
        events = watch.filter_log_events(logGroupName=group["logGroupName"]).get("events", [])
        found[group["logGroupName"]] = "\n".join(event["message"] for event in events)
    found["metrics"] = json.dumps(stack.client("cloudwatch").list_metrics()["Metrics"], default=str)
    return found


def dump_of(cache, key):
    kind = cache.type(key)
    return cache.hgetall(key) if kind == b"hash" else cache.get(key) if kind == b"string" else cache.dump(key)


def kept(stack):
    """(table, member, canary) of each canary in a row."""
    found = set()
    for role, table in stack.tables.items():
        for page in stack.dynamodb.get_paginator("scan").paginate(TableName=table):
            found |= {(role, *place) for item in page["Items"] for place in places(from_item(item))}
    return found


def send_canaries(stack, callers, facts):
    """Through every route, each canary in all headers, in the query, in the path, and in each member of the body."""
    count = 0
    for row in {row.verb: row for row in MATRIX}.values():
        caller = next((one for one in callers if "+" in row.cells[one]), "ada")
        for canary in (TOKEN, EMAIL, CARD, FORGED):
            for arguments in with_canary(row, facts, canary):
                path, way = arguments.pop("path"), arguments.pop("way")
                headers = {TOKEN_HEADER: callers[caller].token or ""} | arguments.pop("headers")
                answer = getattr(stack, way).request(ROUTE[row.verb].method, path, headers=headers, **arguments)
                assert answer.status_code < 500, f"{row.verb}: {answer.status_code} {answer.text}"
                count += 1
    return count


def with_canary(row, facts, canary):
    path, query, headers = (filled(one, facts) for one in (row.path, row.query, row.headers))
    whole = {"path": path_of(row.verb, path), "params": query, "headers": headers, "way": "http"}
    body = filled(row.body, facts) if row.body is not None else None
    whole |= {} if body is None else {"json": body}
    in_a_header = " ".join(canary.replace("\x1b", " ").split())
    theirs = [name for name in HEADERS if name not in (TOKEN_HEADER, "x-api-key", "Authorization")]
    for some in (theirs[::2], theirs[1::2]):  # all together would be longer than a server takes
        # Past the edge, which forwards the headers that it knows.
        yield whole | {"headers": headers | dict.fromkeys(some, in_a_header), "way": "origin"}
    yield whole | {"params": query | {"canary": canary, "cursor": canary}}
    for name in path:
        # As a client writes it: what stands in an address is written in percents.
        yield whole | {"path": path_of(row.verb, path | {name: "".join(f"%{byte:02x}" for byte in canary.encode())})}
    if body is not None:
        for filled_body in bodies(row.verb, body, canary):
            yield whole | {"json": filled_body}


@pytest.mark.guards("personal data and secrets")
def test_a_canary_is_in_nothing_that_the_stack_writes(stack, showing, things, visitors):
    callers, facts, _ = things
    ada = callers["ada"]
    assert send_canaries(stack, callers, facts) > 500
    (ben,) = visitors(1)
    for number, method in enumerate(("pm_card_chargeDeclined", f"pm_{'c' * 40}", "pm_card_visa")):
        ben.holds(showing, f"C{number + 1}")
        ben.pay(showing, {"type": "card", "payment_method": method, "save": True, "number": EMAIL})
        eventually(lambda: ben.booking(showing).body["status"] in ("HELD", "BOOKED"), "the payment is decided")
    for body in callbacks(stack, ben.booking(showing).body["order_id"]):
        for headers in (signed(body, stack.facts["webhook_secret"]), {"Stripe-Signature": f"t=1,v1={TOKEN}"}):
            stack.http.request("POST", "/PaymentWebhook/api/v0/", content=body, headers=headers)
    with stack.faults.rules(sales_rule(error={"code": "InternalServerError", "status": 500})):
        for row in {row.verb: row for row in MATRIX if row.verb in UNDER_FAULTS}.values():
            headers = {"Idempotency-Key": EMAIL, "Cookie": f"{CARD} {TOKEN}"}
            path, body = path_of(row.verb, filled(row.path, facts)), filled(row.body, facts)
            stack.http.request(ROUTE[row.verb].method, path, headers={TOKEN_HEADER: ada.token, **headers}, json=body)
    stack.queues.await_empty(*stack.queues.lanes)
    written = everywhere(stack)
    signature = ada.token.rpartition(".")[2]
    assert {where: canaries for where, text in written.items() if (canaries := found_in(text))} == {}
    assert [where for where, text in written.items() if signature in text] == []
    assert {place for place in kept(stack) if place[2] in NEVER_KEPT or place[:2] not in OWN_WORDS} == set()
    assert any("get_booking" in where for where in written), f"no log of a function was read: {sorted(written)}"


def callbacks(stack, order_id):
    (intent,) = stack.provider.intents(order_id)[-1:]
    canaries = {"email": EMAIL, "number": CARD, "token": TOKEN}
    for kind in ("payment_intent.succeeded", "payment_intent.payment_failed", "charge.refunded"):
        subject = {"id": intent["id"], "object": "payment_intent", "receipt_email": EMAIL, "description": CARD}
        subject |= {"metadata": canaries, "last_payment_error": {"message": f"{EMAIL} {CARD}"}, **canaries}
        for more in ({}, {"id": TOKEN}, canaries):
            event = {"id": "evt_canary", "object": "event", "type": kind, "data": {"object": subject}}
            yield json.dumps(event | more)


@pytest.mark.guards("personal data and secrets")
def test_a_function_that_logs_its_headers_is_found(stack):
    """The control of the search."""
    code = "def handler(event, context):\n    print(event)\n    return {}\n"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("careless.py", code)
    functions = stack.client("lambda")
    known = functions.get_function_configuration(FunctionName="box-office-local-get_me")
    functions.create_function(
        FunctionName="careless",
        Runtime=known["Runtime"],
        Handler="careless.handler",
        Role=known["Role"],
        Code={"ZipFile": archive.getvalue()},
    )
    headers = {"AuthorizationToken": TOKEN, "Cookie": f"{EMAIL} {CARD}"}
    try:
        functions.invoke(FunctionName="careless", Payload=json.dumps({"headers": headers}))
        found = {where: canaries for where, text in everywhere(stack).items() if (canaries := found_in(text))}
        assert {"token", "email", "card"} in found.values(), found
    finally:
        functions.delete_function(FunctionName="careless")
        for group in stack.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/careless")["logGroups"]:
            stack.client("logs").delete_log_group(logGroupName=group["logGroupName"])
        for log in (stack.checkout.state / "logs").rglob("*careless*"):
            log.unlink()
