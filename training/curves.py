"""Draws the curves of reinforcement, as rl.py --curves wrote them: reward, length and held-out accuracy, beside the control's.

    python3 curves.py rl.json control.json --out curves.svg
"""

import argparse
import json
from pathlib import Path

WIDTH, HEIGHT, GAP, LEFT, TOP = 280, 170, 46, 40, 34
PANELS = (
    ("reward", "mean reward", 1.0),
    ("length", "mean length, tokens", None),
    ("held_out", "held-out accuracy, %", 100.0),
)
STYLES = (("#b45309", "reward"), ("#4338ca", "control: reward by chance"))
SMOOTHING = 0.2  # of each new value; the held-out accuracy is drawn as it is


def points(curves: list[dict], key: str) -> list[tuple[int, float]]:
    found, average = [], None
    for step, entry in enumerate(curves):
        if key in entry:
            value = entry[key]
            average = value if average is None or key == "held_out" else average + SMOOTHING * (value - average)
            found.append((step, average))
    return found


def panel(place: int, key: str, title: str, top: float | None, runs: list[list[dict]]) -> str:
    lines = [points(curves, key) for curves in runs]
    steps = max(1, *(line[-1][0] for line in lines if line))
    top = top or 1.1 * max(1.0, *(value for line in lines for _, value in line))
    x0 = LEFT + place * (WIDTH + GAP)

    def at(step: float, value: float) -> str:
        return f"{x0 + WIDTH * step / steps:.1f},{TOP + HEIGHT * (1 - value / top):.1f}"

    parts = [f'<text x="{x0}" y="{TOP - 12}">{title}</text>']
    for share in (0, 0.5, 1):
        y = TOP + HEIGHT * (1 - share)
        parts.append(f'<path d="M{x0} {y}h{WIDTH}" stroke="#8884"/>')
        parts.append(f'<text x="{x0 - 6}" y="{y + 4}" text-anchor="end">{top * share:.3g}</text>')
    parts.append(f'<text x="{x0 + WIDTH}" y="{TOP + HEIGHT + 18}" text-anchor="end">{steps} steps</text>')
    for line, (colour, _) in zip(lines, STYLES):
        path = " ".join(at(*point) for point in line)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    return "".join(parts)


def draw(runs: list[list[dict]]) -> str:
    width, height = LEFT + len(PANELS) * (WIDTH + GAP), TOP + HEIGHT + 52
    parts = [panel(place, *which, runs) for place, which in enumerate(PANELS)]
    for place, (_, (colour, name)) in enumerate(zip(runs, STYLES)):
        x, y = LEFT + 160 * place, height - 12
        parts.append(f'<path d="M{x} {y - 4}h22" stroke="{colour}" stroke-width="3"/><text x="{x + 28}" y="{y}">{name}</text>')
    # grey, so that it reads on white and on black
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui,sans-serif" '
        f'font-size="12" fill="#808080">{"".join(parts)}</svg>\n'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("curves.svg"))
    arguments = parser.parse_args()
    arguments.out.write_text(draw([json.loads(file.read_text())["curves"] for file in arguments.files]), encoding="utf8")


if __name__ == "__main__":
    main()
