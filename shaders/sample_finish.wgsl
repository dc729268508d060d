// Puts the chunks together: the winning token, its log-probability in the model's own distribution (before penalty,
// filters and temperature), and the token's place in the sequence, where the next step's embedding reads it.
// Where no logit is finite the log-probability is NaN, which says so to whoever reads it.
// One workgroup. Greedy sampling binds `partials` as `winners` too.
override CHUNKS: u32;
@group(0) @binding(1) var<storage, read> logits: array<u32>;               // [vocabulary] f32 bits
@group(0) @binding(2) var<storage, read> partials: array<vec4<u32>>;       // [CHUNKS] key, id, mass as f32 bits, 1 if any is finite
@group(0) @binding(3) var<storage, read> winners: array<vec4<u32>>;        // [CHUNKS] key, id
@group(0) @binding(4) var<storage, read_write> tokens: array<u32>;         // [context] by position
@group(0) @binding(5) var<storage, read_write> sampled: vec2<u32>;         // token, log-probability as f32 bits

const NAN_BITS = 0x7fc00000u;

var<workgroup> lane_mass: array<f32, LANES>;
var<workgroup> any_finite: atomic<u32>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  var own_highest = Best(0u, 0u);
  var own_winner = Best(0u, 0u);
  for (var i = lane; i < CHUNKS; i += LANES) {
    own_highest = better(own_highest, Best(partials[i].x, partials[i].y));
    own_winner = better(own_winner, Best(winners[i].x, winners[i].y));
    if (partials[i].w != 0u) {
      atomicStore(&any_finite, 1u);
    }
  }
  let highest = key_logit(best_of_lanes(own_highest, lane).key);
  let winner = best_of_lanes(own_winner, lane).id;

  var mass = 0.0;
  for (var i = lane; i < CHUNKS; i += LANES) {
    mass += bitcast<f32>(partials[i].z) * exp(key_logit(partials[i].x) - highest);
  }
  lane_mass[lane] = mass;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) {
      mass += lane_mass[i];
    }
    let logprob = key_logit(logit_key(logits[winner])) - highest - log(mass);
    sampled = vec2<u32>(winner, select(NAN_BITS, bitcast<u32>(logprob), atomicLoad(&any_finite) != 0u));
    let next = step.position + step.tokens;
    if (next < arrayLength(&tokens)) {
      tokens[next] = winner;
    }
  }
}
