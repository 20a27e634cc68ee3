"""`python -m local.token ada`: prints the ID token of one of the demo's people, for curl."""

import sys

from operations.local_stack import read_stack
from toolchain.install import STATE


def main(arguments: list[str]) -> str:
    """The token; exits with a message when there is no such person or no stack."""
    stack = read_stack(STATE / "stack.json")
    if not stack:
        sys.exit("No stack is running: make start.")
    tokens: dict[str, str] = {account["name"]: account["token"] for account in stack["accounts"]}
    if len(arguments) != 1 or arguments[0] not in tokens:
        sys.exit(f"Who? One of: {', '.join(tokens)}")
    return tokens[arguments[0]]


if __name__ == "__main__":
    print(main(sys.argv[1:]))
