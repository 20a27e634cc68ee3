"""Finds card numbers in what clients send: none may reach a message, a log or a table, so the request is refused.

This is a net for accidents: a clerk who types a number into a reason, a scanner that reads a card where a ticket was
meant. Digits that a client hides on purpose, as words or backwards, pass it.
"""

import re
import string
import unicodedata

from box_office.domain.errors import InvalidRequest

DIGITS_MIN = 13  # of the shortest form
BETWEEN = r"[^0-9A-Za-z\"]{1,3}"  # groups of digits: blanks, dashes, points, of any script
CONTROL = re.compile(r"\\(?:[nrtbf]|u00[01][0-9a-f])")  # as JSON writes them
# Fifteen digits are written in groups of 4, 6 and 5, fourteen of 4, 6 and 4, the others in fours.
IN_GROUPS = (
    rf"(?:[0-9]{{4}}{BETWEEN}){{3}}[0-9]{{4}}",
    rf"(?:[0-9]{{4}}{BETWEEN}){{4}}[0-9]{{1,3}}",
    rf"[0-9]{{4}}{BETWEEN}[0-9]{{6}}{BETWEEN}[0-9]{{4,5}}",
)
IN_ANY_GROUPS = r"(?<![0-9][ -])(?:[0-9][ -]?){12,18}[0-9]"  # all digits of the place, not some of its groups
WRITTEN = tuple(
    re.compile(rf"(?<![0-9])(?=({form})(?![0-9]))") for form in (IN_ANY_GROUPS, r"[0-9]{13,19}", *IN_GROUPS)
)
# In what machines make (UUIDs, counters, times), a run of digits passes Luhn's test once in ten. So there a card number
# stands alone, has as many digits as the cards of most issuers, and begins as theirs do.
ALONE = tuple(
    re.compile(rf"(?<![0-9A-Za-z])(?=({form})(?![0-9A-Za-z]))")
    for form in (r"3[47][0-9]{13}", r"(?:[3-6]|2[2-7])[0-9]{15}", r"[3-6][0-9]{3}(?:[ ._-][0-9]{4}){3}")
)


def refuse_card_numbers(text: str) -> None:
    """Raises InvalidRequest if the text holds a card number. `text`: JSON, or any other."""
    text = with_ascii_digits(text)
    if sum(map(text.count, string.digits)) >= DIGITS_MIN:  # most bodies have fewer, and are not searched
        refuse(WRITTEN, CONTROL.sub(" ", text))


def refuse_card_numbers_of_machines(text: str) -> None:
    """Raises InvalidRequest if a key or an id, which a client made and the order keeps, holds a card number."""
    refuse(ALONE, text)


def refuse(forms: tuple[re.Pattern[str], ...], text: str) -> None:
    for form in forms:
        for found in form.finditer(text):
            if passes_luhn(re.sub("[^0-9]", "", found[1])):
                raise InvalidRequest(
                    "Card numbers are not taken here: send the payment provider's token.", "paymentInfo"
                )


def with_ascii_digits(text: str) -> str:
    """The text with the decimal digits of all scripts as those of ASCII: full-width ones look the same."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B: every second digit from the right doubled, its digits summed."""
    sums = (sum(divmod(int(digit) * (1 + i % 2), 10)) for i, digit in enumerate(reversed(digits)))
    return sum(sums) % 10 == 0
