"""`python -m tests.figures [DIRECTORY [LATER]]`: how large the code is, how deep, and how much of it has no type.
With two checkouts it prints a table in Markdown, the later one beside the other.

Counts the Python of a checkout by `ast`: lines by room, files over 250 lines, the word `Any` outside of the tests,
names that several modules of the product define, the median and the longest functions.
"""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from infra.own_files import own_files

PACKAGE = Path("layers/box_office/python/box_office")
ROOMS = ("app.py", "functions", "infra", "local", "operations", "toolchain", "tests")
PRODUCT = ("functions", "layers")
FILE_LINES_MAX = 250
REUSED_MIN = 3
SHOWN_MAX = 20

Parsed = dict[Path, tuple[int, ast.Module]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed_files(root: Path) -> Parsed:
    """{path below the root: (lines, tree)} of each Python file that is the project's own."""
    places = [root / name for name in (*ROOMS, str(PACKAGE))]
    paths = [path for place in places for path in (own_files(place, [".py"]) if place.is_dir() else [place])]
    texts = {path.relative_to(root): path.read_text(encoding="utf-8") for path in paths if path.is_file()}
    own = {path: text for path, text in texts.items() if "node_modules" not in path.parts}
    return {path: (len(text.splitlines()), ast.parse(text)) for path, text in own.items()}


def room_of(path: Path) -> str:
    """The folder, and in the product's package the one below it."""
    if not path.is_relative_to(PACKAGE):
        return path.parts[0]
    below = path.relative_to(PACKAGE)
    return f"box_office/{below.parts[0]}" if len(below.parts) > 1 else "box_office"


def lines_by_room(parsed: Parsed) -> Counter[str]:
    rooms = Counter[str]()
    for path, (lines, _) in parsed.items():
        rooms[room_of(path)] += lines
    return rooms


def long_files(parsed: Parsed) -> list[tuple[int, Path]]:
    """(lines, path), the longest first."""
    return sorted(((lines, path) for path, (lines, _) in parsed.items() if lines > FILE_LINES_MAX), reverse=True)


def is_test(path: Path) -> bool:
    return path.parts[0] == "tests"


def is_product(path: Path) -> bool:
    return path.parts[0] in PRODUCT


def uses_of_any(parsed: Parsed) -> dict[Path, int]:
    """By file, tests aside; the imports of the word are none."""
    return {
        path: sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
        for path, (_, tree) in parsed.items()
        if not is_test(path)
    }


def reused_names(parsed: Parsed) -> list[tuple[int, str, list[str]]]:
    """(definitions, name, modules) of the product, dunders aside, the most first. A port and its adapters share their
    names rightly, as do the handlers' `build` and `handler`."""
    modules = defaultdict[str, list[str]](list)
    for path, (_, tree) in parsed.items():
        if is_product(path):
            for node in ast.walk(tree):
                if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("__"):
                    modules[node.name].append(path.stem if path.stem != "__init__" else path.parent.name)
    reused = [(len(where), name, sorted(where)) for name, where in modules.items() if len(where) >= REUSED_MIN]
    return sorted(reused, reverse=True)


def function_lengths(parsed: Parsed) -> list[tuple[int, str]]:
    """(lines, name), the shortest first: from `def` to the end, the docstring included; tests aside."""
    return sorted(
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path}::{node.name}")
        for path, (_, tree) in parsed.items()
        if not is_test(path)
        for node in ast.walk(tree)
        if isinstance(node, Function)
    )


def of_product(uses: Mapping[Path, int]) -> int:
    return sum(count for path, count in uses.items() if is_product(path))


def report(parsed: Parsed) -> Iterator[str]:
    rooms = lines_by_room(parsed)
    yield "Lines by room"
    yield from (f"{lines:>7,}  {room}" for room, lines in sorted(rooms.items()))
    yield f"{sum(rooms.values()):>7,}  in all"

    long = long_files(parsed)
    yield f"\nFiles over {FILE_LINES_MAX} lines"
    yield f"{len(long):>7}  of which tests {sum(is_test(path) for _, path in long)}"
    yield from (f"{lines:>7}  {path}" for lines, path in long if not is_test(path))

    uses = uses_of_any(parsed)
    by_room = Counter[str]()
    for path, count in uses.items():
        by_room[room_of(path)] += count
    yield "\nThe word Any"
    yield f"{of_product(uses):>7}  in the product"
    yield from (f"{count:>7}  {room}" for room, count in sorted(by_room.items()) if count)

    reused = reused_names(parsed)
    yield "\nNames defined more than once"
    yield f"{len(reused):>7}  names with {REUSED_MIN} definitions or more"
    yield from (f"{count:>7}  {name}: {', '.join(modules[:8])}" for count, name, modules in reused[:SHOWN_MAX])

    lengths = function_lengths(parsed)
    yield "\nLengths of functions"
    yield f"{median(length for length, _ in lengths):>7.0f}  the median of {len(lengths):,} functions"
    yield from (f"{length:>7}  {name}" for length, name in reversed(lengths[-5:]))


def summary(parsed: Parsed) -> Mapping[str, int]:
    """What two checkouts are compared by: `{"lines of infra": 3163, "files over 250 lines, of tests": 43, ...}`."""
    rooms, long, lengths = lines_by_room(parsed), long_files(parsed), function_lengths(parsed)
    return {
        **{f"lines of {room}": lines for room, lines in sorted(rooms.items())},
        "lines in all": sum(rooms.values()),
        f"files over {FILE_LINES_MAX} lines, tests aside": sum(not is_test(path) for _, path in long),
        f"files over {FILE_LINES_MAX} lines, of tests": sum(is_test(path) for _, path in long),
        "`Any` in the product": of_product(uses_of_any(parsed)),
        f"names of the product with {REUSED_MIN} definitions or more": len(reused_names(parsed)),
        "lines of the median function": round(median(length for length, _ in lengths)),
        "lines of the longest function": lengths[-1][0],
    }


def compared(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    yield from ("| | before | after |", "| --- | ---: | ---: |")
    for name in {**before, **after}:
        yield f"| {name} | " + " | ".join(f"{one[name]:,}" if name in one else "" for one in (before, after)) + " |"


def main(arguments: Sequence[str]) -> None:
    if len(arguments) > 1:
        before, after = (summary(parsed_files(Path(directory))) for directory in arguments[:2])
        print(*compared(before, after), sep="\n")
    else:
        root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
        print(*report(parsed_files(root)), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
