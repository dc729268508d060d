// What looks at the vocabulary as a whole, in one workgroup, in one of two passes (lib/sampling_pass.wgsl). Thread l takes l, l + LANES, …
//
// FILTER: the lowest key that survives top-k, then top-p of the rest's mass, then min-p (llama.cpp's order, all before
// temperature). Scores equal to the lowest survivor survive too.
// A key is found bit by bit, from the top: the highest one with enough scores, or mass, at or above it. That takes 32
// looks at all candidates, so they are first narrowed down from the whole vocabulary where a bound is cheap:
// - top-k up to SUBSETS: the k-th highest of SUBSETS subset maxima is no higher than the k-th highest score;
// - top-p alone: scores whose mass is below (1 - p) / COUNT of all hold no more than 1 - p together.
//
// FINISH puts the chunks together: the winning token, its log-probability in the model's own distribution (before penalty,
// filters and temperature), and the token's place in the sequence, where the next step's embedding reads it.
// Where no logit is finite the log-probability is NaN, which says so to whoever reads it. Greedy sampling binds `partials` as `winners` too.
override COUNT: u32;  // vocabulary
override CHUNKS: u32; // that sample_chunks.wgsl has
const SUBSETS = 256u;
@group(0) @binding(3) var<storage, read> logits: array<u32>;           // [COUNT] f32 bits
@group(0) @binding(4) var<storage, read> partials: array<vec4<u32>>;   // [CHUNKS] key, id, mass as f32 bits, 1 if any is finite
@group(0) @binding(5) var<storage, read> winners: array<vec4<u32>>;    // [CHUNKS] key, id
@group(0) @binding(6) var<storage, read> scores: array<u32>;           // [COUNT] keys
@group(0) @binding(7) var<storage, read_write> filtered: vec2<u32>;    // lowest surviving key, highest key
@group(0) @binding(8) var<storage, read_write> candidates: array<u32>; // [COUNT] scratch: keys, in any order
@group(0) @binding(9) var<storage, read_write> tokens: array<u32>;     // [context] by position
@group(0) @binding(10) var<storage, read_write> sampled: vec2<u32>;    // token, log-probability as f32 bits

const NAN_BITS = 0x7fc00000u;

var<workgroup> subset_best: array<u32, SUBSETS>;
var<workgroup> bound: u32; // scores below are no candidates
var<workgroup> candidate_count: atomic<u32>;

var<private> narrowed: bool;
var<private> items: u32;
var<private> highest: f32;

fn item(i: u32) -> u32 {
  if (narrowed) {
    return candidates[i];
  }
  return scores[i];
}

fn mass_of(key: u32) -> f32 {
  return exp(key_logit(key) - highest);
}

// How many items are at or above a key, and their mass.
fn tally(at_least: u32, lane: u32) -> vec2<f32> {
  var own = vec2<f32>();
  for (var i = lane; i < items; i += LANES) {
    let key = item(i);
    if (key >= at_least) {
      own += vec2<f32>(1.0, mass_of(key));
    }
  }
  return lane_sum(vec4<f32>(own, 0.0, 0.0), lane).xy;
}

// Fills `subset_best`; returns the highest of all.
fn find_subset_maxima(lane: u32) -> u32 {
  for (var i = lane; i < SUBSETS; i += LANES) {
    var best = 0u;
    for (var j = i; j < COUNT; j += SUBSETS) {
      best = max(best, scores[j]);
    }
    subset_best[i] = best;
  }
  workgroupBarrier();
  var best = 0u;
  for (var i = 0u; i < SUBSETS; i++) {
    best = max(best, subset_best[i]);
  }
  return best;
}

// Sets `bound` to the subset maximum of rank k.
fn bound_by_count(k: u32, lane: u32) {
  for (var i = lane; i < SUBSETS; i += LANES) {
    let own = subset_best[i];
    var rank = 1u;
    for (var j = 0u; j < SUBSETS; j++) {
      let other = subset_best[j];
      rank += u32(other > own || (other == own && j < i));
    }
    if (rank == k) {
      bound = own;
    }
  }
}

// Sets `bound` for scores with mass `all`.
fn bound_by_mass(all: f32, lane: u32) {
  if (lane == 0u) {
    let share = (1.0 - params.top_p) * all / f32(COUNT);
    bound = logit_key(bitcast<u32>(highest + log(share) - 1e-3)); // less a margin for rounding
  }
}

// Gathers the candidates; `all` is the mass of all scores.
fn narrow(by_count: bool, all: f32, lane: u32) {
  if (by_count) {
    bound_by_count(params.top_k, lane);
  } else {
    bound_by_mass(all, lane);
  }
  let lowest = workgroupUniformLoad(&bound);
  for (var i = lane; i < COUNT; i += LANES) {
    let key = scores[i];
    if (key >= lowest) {
      candidates[atomicAdd(&candidate_count, 1u)] = key;
    }
  }
  storageBarrier();
  workgroupBarrier();
  narrowed = true;
  items = atomicLoad(&candidate_count);
}

fn filter_scores(lane: u32) {
  let highest_key = find_subset_maxima(lane);
  highest = key_logit(highest_key);
  narrowed = false;
  items = COUNT;
  var lowest = logit_key(bitcast<u32>(highest + params.min_p_margin));

  // Looks 0 to 31 find top-k's key, 32 the mass there, 33 to 64 top-p's key: no lower, as the scores from there on have
  // all the mass. One loop, because software adapters take seconds to compile a few copies of what is in it.
  let by_count = params.top_k > 0u && params.top_k < COUNT;
  let first = select(32u, 0u, by_count);
  let end = select(select(32u, 65u, params.top_p < 1.0), 0u, params.temperature <= 0.0);
  var key = 0u;
  var kept = 0u;
  var goal = f32(params.top_k);
  var mass = 0.0;
  for (var look = first; look < end; look++) {
    if ((look == 0u && params.top_k <= SUBSETS) || (look == 33u && !by_count)) {
      narrow(by_count, mass, lane);
    }
    let bit = select(0x80000000u >> ((look - u32(look > 32u)) % 32u), 0u, look == 32u);
    let sums = tally(key | bit, lane);
    if (look == 32u) {
      mass = sums.y;
      goal = params.top_p * mass;
      kept = key;
      key = 0u;
    } else if (select(sums.x, sums.y, look > 32u) >= goal) {
      key |= bit;
    }
  }
  if (lane == 0u) {
    filtered = vec2<u32>(min(max(lowest, max(key, kept)), highest_key), highest_key);
  }
}

fn finish(lane: u32) {
  var own_highest = Best(0u, 0u);
  var own_winner = Best(0u, 0u);
  var own_finite = 0u;
  for (var i = lane; i < CHUNKS; i += LANES) {
    own_highest = better(own_highest, Best(partials[i].x, partials[i].y));
    own_winner = better(own_winner, Best(winners[i].x, winners[i].y));
    own_finite = max(own_finite, partials[i].w);
  }
  let top = key_logit(best_of_lanes(own_highest, lane).key);
  let winner = best_of_lanes(own_winner, lane).id;

  var mass = 0.0;
  for (var i = lane; i < CHUNKS; i += LANES) {
    mass += bitcast<f32>(partials[i].z) * exp(key_logit(partials[i].x) - top);
  }
  let sums = lane_sum(vec4<f32>(mass, f32(own_finite), 0.0, 0.0), lane);
  if (lane == 0u) {
    let logprob = key_logit(logit_key(logits[winner])) - top - log(sums.x);
    sampled = vec2<u32>(winner, select(NAN_BITS, bitcast<u32>(logprob), sums.y > 0.0));
    let next = step.position + step.tokens;
    if (next < arrayLength(&tokens)) {
      tokens[next] = winner;
    }
  }
}

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  if (sampling_pass.kind == FILTER) {
    filter_scores(lane);
  } else {
    finish(lane);
  }
}
