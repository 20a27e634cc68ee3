"""The bank's page of a 3-D Secure challenge: two buttons."""

from html import escape

from local.payment_sandbox.currencies import price
from local.payment_sandbox.ledger import Thing

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/v3/bank.css">
<script type="module" src="/v3/bank.js"></script>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
QUESTION = """<p>Test bank. No money moves here.</p>
<p>A payment of <strong>{price}</strong> waits for you to say that it is yours.</p>
<form method="post" action="/_sandbox/challenge">
<input type="hidden" name="payment_intent" value="{intent_id}">
<button type="submit" name="outcome" value="pass">Approve the payment</button>
<button type="submit" name="outcome" value="fail">Refuse the payment</button>
</form>"""


def challenge_page(intent: Thing) -> str:
    price_text = escape(price(intent["amount"], intent["currency"]))
    question = QUESTION.format(price=price_text, intent_id=escape(intent["id"]))
    return PAGE.format(title="Confirm your payment", content=question)


def finished_page(message: str) -> str:
    return PAGE.format(title="Your payment", content=f"<p>{escape(message)}</p>")
