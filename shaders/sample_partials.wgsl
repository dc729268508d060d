// The highest logit of each chunk, and the mass under it: Σ exp(x - highest), for the log-probability of the token.
// Also whether any of them is a finite number: where none is, the model is broken. One workgroup per chunk of CHUNK logits.
override COUNT: u32; // vocabulary
override CHUNK: u32;
override WITH_SCORES: u32; // 1: also writes `scores`
@group(0) @binding(2) var<storage, read> logits: array<u32>;             // [COUNT] f32 bits
@group(0) @binding(3) var<storage, read_write> partials: array<vec4<u32>>; // [chunks] key, id, mass as f32 bits, 1 if any is finite
@group(0) @binding(4) var<storage, read_write> scores: array<u32>;       // [COUNT] keys, for the filters to work on
var<workgroup> lane_mass: array<f32, LANES>;
var<workgroup> any_finite: atomic<u32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let end = min((group.x + 1u) * CHUNK, COUNT);
  var own = Best(0u, 0u);
  var own_finite = false;
  for (var i = group.x * CHUNK + lane; i < end; i += LANES) {
    own_finite = own_finite || is_finite(logits[i]);
    let key = logit_key(logits[i]);
    own = better(own, Best(key, i));
    if (WITH_SCORES == 1u) {
      scores[i] = key;
    }
  }
  if (own_finite) {
    atomicStore(&any_finite, 1u);
  }
  let best = best_of_lanes(own, lane);

  let highest = key_logit(best.key);
  var mass = 0.0;
  for (var i = group.x * CHUNK + lane; i < end; i += LANES) {
    mass += exp(key_logit(logit_key(logits[i])) - highest);
  }
  lane_mass[lane] = mass;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) {
      mass += lane_mass[i];
    }
    partials[group.x] = vec4<u32>(best.key, best.id, bitcast<u32>(mass), atomicLoad(&any_finite));
  }
}
