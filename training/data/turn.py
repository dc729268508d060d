"""The unit of the data: one question and its answer."""

from dataclasses import dataclass


@dataclass
class Turn:
    user: str
    answer: str
    think: str = ""  # short working, shown to the model between <think> and </think>
    noisy: bool = True  # may the question get lead-ins, lower case and typos?
    skill: str = ""

    def full_answer(self) -> str:
        return f"<think>{self.think}</think>{self.answer}" if self.think else self.answer
