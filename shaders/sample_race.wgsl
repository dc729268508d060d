// Draws a token with probability ∝ exp(score / temperature) among the filtered ones: each waits for a random time divided
// by its weight, the first wins. In logarithms: the highest score / temperature - ln(waiting time) wins.
// One workgroup a chunk of CHUNK scores; temperature 0 takes the highest score.
override COUNT: u32; // vocabulary
override CHUNK: u32;
@group(0) @binding(2) var<storage, read> scores: array<u32>;               // [COUNT] keys
@group(0) @binding(3) var<storage, read> filtered: vec2<u32>;              // lowest surviving key, highest key
@group(0) @binding(4) var<storage, read_write> winners: array<vec4<u32>>;  // [chunks] key, id

fn race_key(key: u32, id: u32) -> u32 {
  if (params.temperature <= 0.0) {
    return key;
  }
  let score = (key_logit(key) - key_logit(filtered.y)) / params.temperature;
  let wait = waiting_time(random_bits(params.seed, step.position + step.tokens, id));
  return logit_key(bitcast<u32>(score - log(wait)));
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let end = min((group.x + 1u) * CHUNK, COUNT);
  var own = Best(0u, 0u);
  for (var i = group.x * CHUNK + lane; i < end; i += LANES) {
    let key = scores[i];
    if (key >= filtered.x) {
      own = better(own, Best(race_key(key, i), i));
    }
  }
  let best = best_of_lanes(own, lane);
  if (lane == 0u) {
    winners[group.x] = vec4<u32>(best.key, best.id, 0u, 0u);
  }
}
