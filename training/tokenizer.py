"""A byte-level BPE of 4,096 entries, small enough to train here in a minute and plain enough for every GGUF reader.

The pre-tokenizer is that of Qwen2 (`tokenizer.ggml.pre = qwen2`): words with their leading space, and each digit alone,
which is what makes arithmetic learnable.
"""

import json
import re
from collections import Counter, defaultdict
from functools import lru_cache
from pathlib import Path

try:
    import regex
except ImportError:  # where rows are generated beside the GPU; for the characters of our texts the same
    regex = None

SPECIALS = ["<|begin|>", "<|end|>", "<|user|>", "<|assistant|>", "<think>", "</think>"]
BEGIN, END, USER, ASSISTANT, THINK, UNTHINK = range(6)
VOCABULARY = 4096
TOKENIZER_FILE = Path(__file__).resolve().parent / "tokenizer.json"
PRE_TOKENS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
PLAIN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
WORDS = regex.compile(PRE_TOKENS) if regex else re.compile(PLAIN)
THINK_MARKS = re.compile(r"(<think>|</think>)")


def byte_symbols() -> list[str]:
    """GPT-2's printable stand-in for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols, spare = [], 256
    for byte in range(256):
        if byte in printable:
            symbols.append(chr(byte))
        else:
            symbols.append(chr(spare))
            spare += 1
    return symbols


SYMBOLS = byte_symbols()
BYTES = {symbol: byte for byte, symbol in enumerate(SYMBOLS)}


def to_symbols(text: str) -> str:
    return "".join(SYMBOLS[byte] for byte in text.encode("utf8"))


def train(texts: list[str], path: Path) -> None:
    """Merge the commonest neighbours, again and again, until the vocabulary is full."""
    counts = Counter(word for text in texts for word in WORDS.findall(text))
    words = [list(to_symbols(word)) for word in counts]
    weights = list(counts.values())
    pair_counts: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for at, word in enumerate(words):
        for pair in zip(word, word[1:]):
            pair_counts[pair] += weights[at]
            places[pair].add(at)
    merges: list[tuple[str, str]] = []
    tokens = [*SPECIALS, *SYMBOLS]
    known = set(tokens)
    while len(tokens) < VOCABULARY and pair_counts:
        pair = max(pair_counts, key=lambda p: (pair_counts[p], p))
        merges.append(pair)
        joined = pair[0] + pair[1]
        if joined not in known:
            known.add(joined)
            tokens.append(joined)
        for at in list(places[pair]):
            old = words[at]
            for neighbours in zip(old, old[1:]):
                pair_counts[neighbours] -= weights[at]
                if pair_counts[neighbours] <= 0:
                    del pair_counts[neighbours]
                places[neighbours].discard(at)
            words[at] = merge(old, pair)
            for neighbours in zip(words[at], words[at][1:]):
                pair_counts[neighbours] += weights[at]
                places[neighbours].add(at)
        pair_counts.pop(pair, None)
    path.write_text(
        json.dumps({"tokens": tokens, "merges": [" ".join(pair) for pair in merges]}, ensure_ascii=False, indent=0),
        encoding="utf8",
    )


def merge(word: list[str], pair: tuple[str, str]) -> list[str]:
    merged, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
            merged.append(word[i] + word[i + 1])
            i += 2
        else:
            merged.append(word[i])
            i += 1
    return merged


class Tokenizer:
    def __init__(self, tokens: list[str], merges: list[str]) -> None:
        self.tokens = tokens
        self.merges = merges
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.ranks = {tuple(pair.split(" ")): rank for rank, pair in enumerate(merges)}
        self.encode_word = lru_cache(maxsize=200_000)(self.encode_word_uncached)

    @classmethod
    def load(cls, path: Path = TOKENIZER_FILE) -> "Tokenizer":
        stored = json.loads(path.read_text(encoding="utf8"))
        return cls(stored["tokens"], stored["merges"])

    def encode_word_uncached(self, word: str) -> tuple[int, ...]:
        parts = list(to_symbols(word))
        while len(parts) > 1:
            pair = min(zip(parts, parts[1:]), key=lambda p: self.ranks.get(p, 1 << 30))
            if pair not in self.ranks:
                break
            parts = merge(parts, pair)
        return tuple(self.ids[part] for part in parts)

    def encode(self, text: str) -> list[int]:
        """Text to ids; of the special tokens only <think> and </think> may stand in text."""
        ids: list[int] = []
        for piece in THINK_MARKS.split(text):
            if piece in ("<think>", "</think>"):
                ids.append(self.ids[piece])
            else:
                for word in WORDS.findall(piece):
                    ids.extend(self.encode_word(word))
        return ids

    def decode(self, ids: list[int]) -> str:
        text, raw = "", bytearray()
        for i in ids:
            if i < len(SPECIALS):
                text += raw.decode("utf8", "replace") + SPECIALS[i]
                raw.clear()
            else:
                raw.extend(BYTES[symbol] for symbol in self.tokens[i])
        return text + raw.decode("utf8", "replace")
