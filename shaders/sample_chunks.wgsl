// What looks at each token of the vocabulary, a workgroup per chunk of CHUNK tokens, in one of three passes (lib/sampling_pass.wgsl):
// - LOOK: the highest logit of the chunk, and the mass under it: Σ exp(x - highest), for the log-probability of the chosen token.
//   Also whether any of them is a finite number: where none is, the model is broken.
// - SCORE: besides, the logits as keys in `scores`, for the filters to work on, after the repetition penalty.
// - RACE: draws a token with probability ∝ exp(score / temperature) among the filtered ones: each waits for a random time divided by
//   its weight, the first wins. In logarithms: the highest score / temperature - ln(waiting time) wins. Temperature 0 takes the highest.
override COUNT: u32; // vocabulary
override CHUNK: u32;
@group(0) @binding(3) var<storage, read> logits: array<u32>;       // [COUNT] f32 bits
@group(0) @binding(4) var<storage, read> tokens: array<u32>;       // [context] by position
@group(0) @binding(5) var<storage, read> filtered: vec2<u32>;      // lowest surviving key, highest key
@group(0) @binding(6) var<storage, read_write> scores: array<u32>; // [COUNT] keys
@group(0) @binding(7) var<storage, read_write> best: array<vec4<u32>>; // [chunks] key, id, mass as f32 bits, 1 if any is finite

// Tokens that the penalty looks back at.
const WINDOW = 64u;

fn race_key(key: u32, id: u32) -> u32 {
  if (params.temperature <= 0.0) {
    return key;
  }
  let score = (key_logit(key) - key_logit(filtered.y)) / params.temperature;
  let wait = waiting_time(random_bits(params.seed, step.position + step.tokens, id));
  return logit_key(bitcast<u32>(score - log(wait)));
}

// llama.cpp's rule: for each distinct token of the last WINDOW, a positive score is divided by the penalty, a negative one multiplied.
fn penalize(back: u32, start: u32, end: u32) {
  let length = step.position + step.tokens;
  if (back >= length) {
    return;
  }
  let id = tokens[length - 1u - back];
  if (id < start || id >= end) {
    return; // another chunk's
  }
  for (var i = 0u; i < back; i++) {
    if (tokens[length - 1u - i] == id) {
      return; // a later occurrence has its turn
    }
  }
  let score = key_logit(scores[id]);
  scores[id] = logit_key(bitcast<u32>(select(score * params.penalty, score / params.penalty, score > 0.0)));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let start = group.x * CHUNK;
  let end = min(start + CHUNK, COUNT);
  var own = Best(0u, 0u);
  var own_finite = 0.0;
  for (var i = start + lane; i < end; i += LANES) {
    var key: u32;
    if (sampling_pass.kind == RACE) {
      key = scores[i];
      key = select(0u, race_key(key, i), key >= filtered.x);
    } else {
      own_finite = max(own_finite, f32(is_finite(logits[i])));
      key = logit_key(logits[i]);
      if (sampling_pass.kind == SCORE) {
        scores[i] = key;
      }
    }
    own = better(own, Best(key, i));
  }
  let winner = best_of_lanes(own, lane);
  if (sampling_pass.kind == RACE) {
    if (lane == 0u) {
      best[group.x] = vec4<u32>(winner.key, winner.id, 0u, 0u);
    }
    return;
  }

  let highest = key_logit(winner.key);
  var mass = 0.0;
  for (var i = start + lane; i < end; i += LANES) {
    mass += exp(key_logit(logit_key(logits[i])) - highest);
  }
  let sums = lane_sum(vec4<f32>(mass, own_finite, 0.0, 0.0), lane);
  if (lane == 0u) {
    best[group.x] = vec4<u32>(winner.key, winner.id, bitcast<u32>(sums.x), u32(sums.y > 0.0));
  }
  if (sampling_pass.kind == SCORE && params.penalty != 1.0) {
    storageBarrier();
    for (var back = lane; back < WINDOW; back += LANES) {
      penalize(back, start, end);
    }
  }
}
