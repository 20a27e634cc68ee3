"""Numbers in what the commands say."""


def counted(number: int, noun: str) -> str:
    """`1 order`, `2 orders`: for nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
