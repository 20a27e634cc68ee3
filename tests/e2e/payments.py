"""The paying half of the deployed stack as tests reach it: the provider's sandbox, the queues, the reconciler, time."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from box_office.adapters.dynamodb.values import to_item
from box_office.names import Names
from tests.e2e.visitor import Showing
from tests.invariants import is_unfinished
from tests.waiting import WAIT_SECONDS_MAX, eventually

if TYPE_CHECKING:
    from tests.e2e.deployed import DeployedStack

NAMES = Names("local")
QUEUE_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
SANDBOX_SECONDS_MAX = 60
FINAL_SECONDS_MAX = 540  # three times the three minutes that are promised: nobody promises them of a busy machine


class Provider:
    """The payment sandbox's switches and its ledger."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"trust_env": False, "verify": False, "timeout": SANDBOX_SECONDS_MAX}
        self._http = httpx.Client(base_url=f"{url}/_sandbox", **options)
        self._stripe = httpx.Client(base_url=url, **options)

    def close(self) -> None:
        self._http.close()
        self._stripe.close()

    def switch(self, name: str, **body: Any) -> Any:
        answer = self._http.post(f"/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def be(self, mode: str, **more: Any) -> None:
        self.switch("mode", mode=mode, **more)

    @contextmanager
    def being(self, mode: str, **more: Any) -> Iterator[None]:
        self.be(mode, **more)
        try:
            yield
        finally:
            self.be("ok")

    def challenge(self, intent: str, outcome: str) -> None:
        self.switch("challenge", payment_intent=intent, outcome=outcome)

    def ledger(self, event_ids: frozenset[str] | None = None) -> dict[str, list[dict[str, Any]]]:
        """All of it, or what belongs to some events."""
        ledger = self._http.get("/ledger").json()
        if event_ids is None:
            return ledger
        intents = [one for one in ledger["payment_intents"] if one["metadata"].get("event_id") in event_ids]
        ids = {one["id"] for one in intents}
        return {
            "payment_intents": intents,
            "refunds": [one for one in ledger["refunds"] if one["payment_intent"] in ids],
        }

    def intents(self, order_id: str) -> list[dict[str, Any]]:
        """Of one order, by attempt."""
        own = [one for one in self.ledger()["payment_intents"] if one["metadata"].get("order_id") == order_id]
        return sorted(own, key=lambda one: int(one["metadata"]["attempt"]))

    def create_intent(self, metadata: Mapping[str, str], confirm: bool = False) -> str:
        """Somebody else's, or one that our own code never makes. 11.50 EUR; `confirm` charges it."""
        form = {f"metadata[{name}]": value for name, value in metadata.items()}
        form |= {"amount": "1150", "currency": "eur", "automatic_payment_methods[enabled]": "true"}
        form["automatic_payment_methods[allow_redirects]"] = "never"
        if confirm:
            form |= {"confirm": "true", "payment_method": "pm_card_visa"}
        answer = self._stripe.post("/v1/payment_intents", data=form, headers={"Authorization": "Bearer sk_test_other"})
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]

    def confirmation_token(self, method: str = "pm_card_visa") -> str:
        """As a page's script would have collected it."""
        answer = self._stripe.post(
            "/v1/test_helpers/confirmation_tokens",
            data={"payment_method": method},
            headers={"Authorization": "Bearer sk_test_e2e"},
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def captures(self, order_id: str) -> list[int]:
        return [one["amount_received"] for one in self.intents(order_id) if one["amount_received"]]

    def refunds(self, order_id: str) -> list[int]:
        ids = {one["id"] for one in self.intents(order_id)}
        return [one["amount"] for one in self.ledger()["refunds"] if one["payment_intent"] in ids]


class Queues:
    """The deployment's queues by their short names (`lane-0`, `lane-0-dlq`, `parked`, ...)."""

    def __init__(self, stack: "DeployedStack") -> None:
        self._urls: Mapping[str, str] = stack.facts["queues"]
        self._sqs = stack.client("sqs")

    @property
    def lanes(self) -> list[str]:
        return sorted(name for name in self._urls if name.startswith("lane-") and not name.endswith("-dlq"))

    @property
    def working(self) -> list[str]:
        """All that empty by themselves."""
        return [name for name in self._urls if name not in ("parked", "event-ends", "reconcile-failures")]

    def send(self, queue: str, body: Any, /, **attributes: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self._sqs.send_message(QueueUrl=self._urls[queue], MessageBody=text, MessageAttributes=typed)

    def count(self, queue: str) -> int:
        """Visible, in work, and delayed."""
        told = self._sqs.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=list(QUEUE_COUNTS))
        return sum(int(told["Attributes"].get(name, 0)) for name in QUEUE_COUNTS)

    def delayed(self, queue: str) -> int:
        return int(self._attribute(queue, "ApproximateNumberOfMessagesDelayed"))

    @contextmanager
    def visibility(self, seconds: int) -> Iterator[None]:
        """For how long a message that somebody has taken is nobody else's."""
        before = {name: self._attribute(name, "VisibilityTimeout") for name in self.working}
        self.come_back_after(seconds)
        try:
            yield
        finally:
            for name, value in before.items():
                self._set_visibility(name, value)

    def come_back_after(self, seconds: int) -> None:
        """The same, until the stack ends."""
        for name in self.working:
            self._set_visibility(name, str(seconds))

    def _attribute(self, queue: str, name: str) -> str:
        told = self._sqs.get_queue_attributes(QueueUrl=self._urls[queue], AttributeNames=[name])
        return told["Attributes"][name]

    def _set_visibility(self, queue: str, seconds: str) -> None:
        self._sqs.set_queue_attributes(QueueUrl=self._urls[queue], Attributes={"VisibilityTimeout": seconds})

    @contextmanager
    def drained(self, *queues: str) -> Iterator[None]:
        """Whatever is sent meanwhile is processed before it goes on; what lay there before may lie there still."""
        before = {name: self.count(name) for name in queues}
        yield
        processed = lambda: all(self.count(name) <= count for name, count in before.items())  # noqa: E731
        eventually(processed, lambda: f"these are processed: {self.left(*queues)}")

    def left(self, *queues: str) -> dict[str, int]:
        """What still waits, by queue; empty when every message is processed, parked or dropped."""
        counts = {name: self.count(name) for name in queues or self.working}
        return {name: count for name, count in counts.items() if count}

    def await_empty(self, *queues: str) -> None:
        """Until every message, of these queues or all, is processed, parked or dropped."""
        eventually(lambda: not self.left(*queues), lambda: f"these are processed: {self.left(*queues)}")

    def take(self, queue: str, seconds_max: float = WAIT_SECONDS_MAX) -> Mapping[str, Any] | None:
        """The next message, taken off the queue; None if none comes."""
        deadline = time.monotonic() + seconds_max
        while True:
            told = self._sqs.receive_message(
                QueueUrl=self._urls[queue], MaxNumberOfMessages=1, MessageAttributeNames=["All"]
            )
            for message in told.get("Messages", ()):
                self._sqs.delete_message(QueueUrl=self._urls[queue], ReceiptHandle=message["ReceiptHandle"])
                return message
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.1)

    def take_all(self, queue: str) -> list[Mapping[str, Any]]:
        found = []
        while (message := self.take(queue, 0.3)) is not None:
            found.append(message)
        return found


class Payments:
    """What people on call and time itself do to orders."""

    def __init__(self, stack: "DeployedStack") -> None:
        self._stack = stack
        self._lambda = stack.client("lambda")
        self._sns = stack.client("sns")

    def order(self, showing: Showing, order_id: str) -> dict[str, Any]:
        return next(order for order in self._stack.orders(showing) if order["order_id"] == order_id)

    def message(self, order: Mapping[str, Any], attempt: int | None = None) -> dict[str, Any]:
        """What a lane is told of an order."""
        named = {name: order.get(name) for name in ("order_id", "user_id", "event_id", "sale")}
        return {"v": 1, "kind": "order", **named, "attempt": order["attempt"] if attempt is None else attempt}

    def announce(self, order: Mapping[str, Any]) -> None:
        """Payment-complete, once more."""
        told = {name: order.get(name) for name in ("order_id", "user_id", "event_id", "sale")}
        self._sns.publish(
            TopicArn=self._stack.facts["topics"]["payment-complete"],
            Message=json.dumps({"v": 1, "kind": "payment_complete", **told}),
        )

    def age(self, order: Mapping[str, Any], **times: int) -> None:
        """Every time that decides anything is an attribute: this order's say now what time would make of them."""
        self.set(order, **times)

    def set(self, order: Mapping[str, Any], **members: Any) -> None:
        names = {f"#{name}": name for name in members}
        self._stack.dynamodb.update_item(
            TableName=self._stack.tables["orders"],
            Key=to_item({name: order[name] for name in ("user_id", "order_key")}),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in members),
            ConditionExpression="order_id = :same",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_item(
                {**{f":{name}": value for name, value in members.items()}, ":same": order["order_id"]}
            ),
        )

    def worker_of(self, showing: Showing, order_id: str) -> str:
        """The function that works on this order's lane."""
        return f"work_on_lane-{self.order(showing, order_id)['lane'].removeprefix('lane-')}"

    def reconcile(self, *showings: Showing) -> int:
        """The reconciler's run of the next minute, now: whatever is due of these showings by then, is due."""
        for showing in showings:
            for order in self._stack.orders(showing):
                if "due_at" in order:
                    self.hasten(order)
        answer = self._lambda.invoke(FunctionName=NAMES.function("reconcile"), Payload=b"{}")
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told["orders"]

    def hasten(self, order: Mapping[str, Any]) -> None:
        try:
            self._stack.dynamodb.update_item(
                TableName=self._stack.tables["orders"],
                Key=to_item({name: order[name] for name in ("user_id", "order_key")}),
                UpdateExpression="SET due_at = :now",
                ConditionExpression="attribute_exists(due_at) AND due_at > :now",
                ExpressionAttributeValues=to_item({":now": int(time.time() * 1000) - 1}),
            )
        except self._stack.dynamodb.exceptions.ConditionalCheckFailedException:
            return  # finished, or due, meanwhile

    def unfinished(self, *showings: Showing) -> list[str]:
        return [
            f"{order['order_id']} {order['status']}"
            for showing in showings
            for order in self._stack.orders(showing)
            if is_unfinished(order)
        ]

    def settle(self, *showings: Showing, patience_seconds: float = 3.0, seconds_max: float = FINAL_SECONDS_MAX) -> None:
        """With all faults over: until every order is final, the reconciler helping after `patience_seconds`."""
        began = time.monotonic()
        while left := self.unfinished(*showings):
            waited = time.monotonic() - began
            assert waited < seconds_max, f"not final {seconds_max} s after the last fault: {left}"
            if waited > patience_seconds:
                self.reconcile(*showings)
            time.sleep(0.2)


def signed(body: str, secret: str, at: int | None = None) -> dict[str, str]:
    """The provider's signature: https://docs.stripe.com/webhooks#verify-manually"""
    stamp = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={stamp},v1={digest}"}
