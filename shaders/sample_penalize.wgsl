// Repetition penalty, llama.cpp's rule: for each distinct token of the last WINDOW, a positive score is divided by the
// penalty, a negative one multiplied. One thread a position of the window, in one workgroup.
const WINDOW = 64u;
override COUNT: u32; // vocabulary
@group(0) @binding(2) var<storage, read> tokens: array<u32>;       // [context] by position
@group(0) @binding(3) var<storage, read_write> scores: array<u32>; // [COUNT] keys

@compute @workgroup_size(WINDOW)
fn main(@builtin(local_invocation_index) back: u32) {
  let length = step.position + step.tokens;
  if (params.penalty == 1.0 || back >= length) {
    return;
  }
  let id = tokens[length - 1u - back];
  for (var i = 0u; i < back; i++) {
    if (tokens[length - 1u - i] == id) {
      return; // a later occurrence has its thread
    }
  }
  if (id < COUNT) {
    let score = key_logit(scores[id]);
    scores[id] = logit_key(bitcast<u32>(select(score * params.penalty, score / params.penalty, score > 0.0)));
  }
}
