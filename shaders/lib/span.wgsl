// What attention.wgsl and attention_direct.wgsl share: the positions that a token sees, their scores, and where the running
// softmax begins. What an override switches off is gone when the pipeline is compiled.
override SPLITS: u32;
override SCALE: f32;
override WINDOW: u32;         // a key at this distance or beyond is not seen; 0: all before are
override SOFTCAP: f32;        // scores become SOFTCAP · tanh(score / SOFTCAP); 0: they do not
override TEMPERATURE: f32;    // queries are multiplied by 1 + TEMPERATURE · ln(1 + ⌊position / TEMPERED⌋); 0: they are not
override TEMPERED: u32;

const LOWEST = -3.0e38;

// Positions [begin, end), a split's share of what the token at `position` sees.
struct Span {
  begin: u32,
  end: u32,
}

fn span_of(position: u32, split: u32) -> Span {
  let end = position + 1u;
  let first = select(0u, end - min(end, WINDOW), WINDOW > 0u);
  let share = (end - first + SPLITS - 1u) / SPLITS;
  let begin = min(first + split * share, end);
  return Span(begin, min(begin + share, end));
}

fn query_scale(position: u32) -> f32 {
  if (TEMPERATURE == 0.0) {
    return SCALE;
  }
  return SCALE * (1.0 + TEMPERATURE * log(1.0 + f32(position / max(TEMPERED, 1u))));
}

fn capped(score: f32) -> f32 {
  if (SOFTCAP == 0.0) {
    return score;
  }
  // tanh is 1 long before 15, and some GPUs' overflows far beyond it.
  return SOFTCAP * tanh(clamp(score / SOFTCAP, -15.0, 15.0));
}
