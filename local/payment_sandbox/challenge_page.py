"""The bank's page of a 3-D Secure challenge: two buttons, in the language of the page that shows it. Its looks and its
script are in `v3/`."""

from html import escape

from local.payment_sandbox.currencies import price
from local.payment_sandbox.ledger import Thing

PAGE = """<!doctype html>
<html lang="{language}">
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
QUESTION = """<p>{test_bank}</p>
<p>{waits}</p>
<form method="post" action="/_sandbox/challenge">
<input type="hidden" name="payment_intent" value="{intent_id}">
<button type="submit" name="outcome" value="pass">{approve}</button>
<button type="submit" name="outcome" value="fail">{refuse}</button>
</form>"""
TEXTS = {
    "en": {
        "title": "Confirm your payment",
        "test_bank": "Test bank. No money moves here.",
        "waits": "A payment of <strong>{price}</strong> waits for you to say that it is yours.",
        "approve": "Approve the payment",
        "refuse": "Refuse the payment",
    },
    "es": {
        "title": "Confirma tu pago",
        "test_bank": "Banco de pruebas. Aquí no se mueve dinero.",
        "waits": "Un pago de <strong>{price}</strong> espera a que digas que es tuyo.",
        "approve": "Aprobar el pago",
        "refuse": "Rechazar el pago",
    },
}


def challenge_page(intent: Thing, locale: str) -> str:
    language = locale if locale in TEXTS else "en"
    texts = dict(TEXTS[language])
    texts["waits"] = texts["waits"].format(price=escape(price(intent["amount"], intent["currency"])))
    question = QUESTION.format(intent_id=escape(intent["id"]), **texts)
    return PAGE.format(language=language, title=texts["title"], content=question)


def finished_page(message: str) -> str:
    return PAGE.format(language="en", title="Your payment", content=f"<p>{escape(message)}</p>")
