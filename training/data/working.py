"""The short workings that the model writes between <think> and </think>, digit by digit, each step small enough to learn."""


def digits(number: int) -> list[int]:
    return [int(digit) for digit in reversed(str(number))]


def add(a: int, b: int) -> str:
    """348+275 → `8+5=13, 4+7+1=12, 3+2+1=6: 623`"""
    steps, carry = [], 0
    left, right = digits(a), digits(b)
    for i in range(max(len(left), len(right))):
        x = left[i] if i < len(left) else 0
        y = right[i] if i < len(right) else 0
        total = x + y + carry
        steps.append(f"{x}+{y}" + ("+1" if carry else "") + f"={total}")
        carry = total // 10
    return ", ".join(steps) + f": {a + b}"


def subtract(a: int, b: int) -> str:
    """423-187 → `3-7 take 10: 13-7=6, 2-8-1 take 10: 12-9=3, 4-1-1=2: 236`; the larger number comes first."""
    if b > a:
        return f"{b} is bigger, so turn it: {subtract(b, a)}, so -{b - a}"
    steps, borrow = [], 0
    left, right = digits(a), digits(b)
    for i, x in enumerate(left):
        y = right[i] if i < len(right) else 0
        step = f"{x}-{y}" + ("-1" if borrow else "")
        less = y + borrow
        if x < less:
            steps.append(f"{step} take 10: {x + 10}-{less}={x + 10 - less}")
            borrow = 1
        else:
            steps.append(f"{step}={x - less}")
            borrow = 0
    return ", ".join(steps) + f": {a - b}"


def multiply(a: int, b: int) -> str:
    """45*6 → `40*6=240, 5*6=30, 240+30=270`; 34*27 → by tens and ones of the second number."""
    if a <= 12 and b <= 12 or min(a, b) < 2 or b in (10, 100) or a in (10, 100):
        return f"{a}*{b}={a * b}"
    if b > a:
        a, b = b, a
    if b < 10:
        return split_product(a, b)
    tens, ones = b // 10 * 10, b % 10
    if ones == 0:
        return f"{split_product(a, b // 10)}, {a * b // 10}*10={a * b}"
    by_tens = f"{split_product(a, b // 10)}, {a * (b // 10)}*10={a * tens}"
    return f"{by_tens}, {split_product(a, ones)}, {a * tens}+{a * ones}={a * b}"


def split_product(a: int, b: int) -> str:
    parts = [digit * 10**place for place, digit in enumerate(digits(a))][::-1]
    parts = [part for part in parts if part]
    if len(parts) == 1 or b == 1:
        return f"{a}*{b}={a * b}"
    steps = [f"{part}*{b}={part * b}" for part in parts]
    total = parts[0] * b
    for part in parts[1:]:
        steps.append(f"{total}+{part * b}={total + part * b}")
        total += part * b
    return ", ".join(steps)


def divide(a: int, b: int) -> str:
    """84/7 → `7*10=70, 84-70=14, 7*2=14: 12`; with a remainder: `5*3=15, 17-15=2: 3 remainder 2`."""
    steps, left, quotient = [], a, 0
    while left >= b:
        whole = left // b
        take = whole // 10 * 10 if whole > 12 else whole
        steps.append(f"{b}*{take}={b * take}")
        if left - b * take or whole > 12:
            steps.append(f"{left}-{b * take}={left - b * take}")
        left -= b * take
        quotient += take
    if not steps:
        return f"{a} is less than {b}: 0 remainder {a}"
    return ", ".join(steps) + f": {quotient}" + (f" remainder {left}" if left else "")
