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


def lines_by_room(parsed: Parsed) -> Iterator[str]:
    rooms = Counter[str]()
    for path, (lines, _) in parsed.items():
        rooms[room_of(path)] += lines
    yield from (f"{lines:>7,}  {room}" for room, lines in sorted(rooms.items()))
    yield f"{sum(rooms.values()):>7,}  in all"


def long_files(parsed: Parsed) -> Iterator[str]:
    long = sorted(((lines, path) for path, (lines, _) in parsed.items() if lines > FILE_LINES_MAX), reverse=True)
    yield f"{len(long):>7}  of which tests {sum(path.parts[0] == 'tests' for _, path in long)}"
    yield from (f"{lines:>7}  {path}" for lines, path in long if path.parts[0] != "tests")


def any_by_room(parsed: Parsed) -> Iterator[str]:
    """Uses; the imports of the word are none."""
    uses_of = {
        path: sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
        for path, (_, tree) in parsed.items()
        if path.parts[0] != "tests"
    }
    rooms = Counter[str]()
    for path, uses in uses_of.items():
        rooms[room_of(path)] += uses
    yield f"{sum(uses for path, uses in uses_of.items() if is_product(path)):>7}  in the product"
    yield from (f"{uses:>7}  {room}" for room, uses in sorted(rooms.items()) if uses)


def is_product(path: Path) -> bool:
    return path.parts[0] in PRODUCT


def reused_names(parsed: Parsed) -> Iterator[str]:
    """Functions, methods and classes of the product, dunders aside. A port and its adapters share their names rightly,
    as do the handlers' `build` and `handler`."""
    modules = defaultdict[str, list[str]](list)
    for path, (_, tree) in parsed.items():
        if is_product(path):
            for node in ast.walk(tree):
                if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("__"):
                    modules[node.name].append(path.stem if path.stem != "__init__" else path.parent.name)
    reused = sorted(((len(where), name) for name, where in modules.items() if len(where) >= REUSED_MIN), reverse=True)
    yield f"{len(reused):>7}  names with {REUSED_MIN} definitions or more"
    yield from (f"{count:>7}  {name}: {', '.join(sorted(modules[name])[:8])}" for count, name in reused[:SHOWN_MAX])


def function_lengths(parsed: Parsed) -> Iterator[str]:
    """Lines from `def` to the end, the docstring included; tests aside."""
    lengths = sorted(
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{path}::{node.name}")
        for path, (_, tree) in parsed.items()
        if path.parts[0] != "tests"
        for node in ast.walk(tree)
        if isinstance(node, Function)
    )
    yield f"{median(length for length, _ in lengths):>7.0f}  the median of {len(lengths):,} functions"
    yield from (f"{length:>7}  {name}" for length, name in reversed(lengths[-5:]))


def summary(parsed: Parsed) -> Mapping[str, str]:
    """What two checkouts are compared by: `{"lines of infra": "3,163", "files over 250 lines": "57", ...}`."""
    rooms = dict(reversed(line.strip().split("  ", 1)) for line in lines_by_room(parsed))
    first = [next(iter(figures(parsed))).strip() for figures in (any_by_room, reused_names, function_lengths)]
    uses, names, length = (line.split("  ", 1)[0] for line in first)
    long = [path for path, (lines, _) in parsed.items() if lines > FILE_LINES_MAX]
    longest = list(function_lengths(parsed))[1].strip().split("  ", 1)[0]
    return {
        **{f"lines of {room}" if room != "in all" else "lines in all": lines for room, lines in rooms.items()},
        f"files over {FILE_LINES_MAX} lines, tests aside": str(sum(path.parts[0] != "tests" for path in long)),
        f"files over {FILE_LINES_MAX} lines, of tests": str(sum(path.parts[0] == "tests" for path in long)),
        "`Any` in the product": uses,
        f"names of the product with {REUSED_MIN} definitions or more": names,
        "lines of the median function": length,
        "lines of the longest function": longest,
    }


def compared(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    yield from ("| | before | after |", "| --- | ---: | ---: |")
    yield from (f"| {name} | {before.get(name, '')} | {after.get(name, '')} |" for name in {**before, **after})


def main(arguments: Sequence[str]) -> None:
    if len(arguments) > 1:
        before, after = (summary(parsed_files(Path(directory))) for directory in arguments[:2])
        print(*compared(before, after), sep="\n")
        return
    parsed = parsed_files(Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent)
    for title, figures in {
        "Lines by room": lines_by_room,
        f"Files over {FILE_LINES_MAX} lines": long_files,
        "The word Any": any_by_room,
        "Names defined more than once": reused_names,
        "Lengths of functions": function_lengths,
    }.items():
        print(title, *figures(parsed), "", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
