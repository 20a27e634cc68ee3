"""What the people of the local stack pay with, in the words of its payment sandbox."""

CARD = {"type": "card", "payment_method": "pm_card_visa"}
