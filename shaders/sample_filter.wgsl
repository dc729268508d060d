// The lowest key that survives top-k, then top-p of the rest's mass, then min-p (llama.cpp's order, all before
// temperature). Scores equal to the lowest survivor survive too.
//
// A key is found bit by bit, from the top: the highest one with enough scores, or mass, at or above it. That takes 32
// looks at all candidates, so they are first narrowed down, and only if that fails are they the whole vocabulary:
// - top-k: the k-th highest of SUBSETS subset maxima is no higher than the k-th highest score;
// - top-p alone: scores whose mass is below (1 - p) / COUNT of all hold no more than 1 - p together.
// One workgroup; thread l takes the scores l, l + LANES, …
override COUNT: u32; // vocabulary
const SUBSETS = 256u;
const MAX_CANDIDATES = 2048u; // 8 KiB of the 16 KiB of workgroup memory that every device has
@group(0) @binding(2) var<storage, read> scores: array<u32>;              // [COUNT] keys
@group(0) @binding(3) var<storage, read_write> filtered: vec2<u32>;       // lowest surviving key, highest key

var<workgroup> subset_best: array<u32, SUBSETS>;
var<workgroup> bound: u32; // scores below are no candidates
var<workgroup> candidates: array<u32, MAX_CANDIDATES>;
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

// The highest key that leaves at least `goal` scores (weights 1, 0) or mass (weights 0, 1).
fn highest_key_with(goal: f32, weights: vec2<f32>, lane: u32) -> u32 {
  var key = 0u;
  for (var i = 0u; i < 32u; i++) {
    let longer = key | (0x80000000u >> i);
    if (dot(tally(longer, lane), weights) >= goal) {
      key = longer;
    }
  }
  return key;
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

// Sets `bound` for scores whose mass adds up to `all`.
fn bound_by_mass(all: f32, lane: u32) {
  if (lane == 0u) {
    let share = (1.0 - params.top_p) * all / f32(COUNT);
    bound = logit_key(bitcast<u32>(highest + log(share) - 1e-3)); // less a margin for rounding
  }
}

fn gather_candidates(lane: u32) {
  let lowest = workgroupUniformLoad(&bound);
  for (var i = lane; i < COUNT; i += LANES) {
    let key = scores[i];
    if (key >= lowest) {
      let slot = atomicAdd(&candidate_count, 1u);
      if (slot < MAX_CANDIDATES) {
        candidates[slot] = key;
      }
    }
  }
  workgroupBarrier();
  let count = atomicLoad(&candidate_count);
  if (count <= MAX_CANDIDATES) {
    narrowed = true;
    items = count;
  }
}

// The lowest key after top-k and top-p; at least one of them is on.
fn lowest_survivor(lane: u32) -> u32 {
  let by_count = params.top_k > 0u && params.top_k < COUNT;
  var kept = 0u;
  var mass: f32;
  if (by_count) {
    if (params.top_k <= SUBSETS) {
      bound_by_count(params.top_k, lane);
      gather_candidates(lane);
    }
    kept = highest_key_with(f32(params.top_k), vec2<f32>(1.0, 0.0), lane);
    mass = tally(kept, lane).y;
  } else {
    mass = tally(kept, lane).y;
    bound_by_mass(mass, lane);
    gather_candidates(lane);
  }
  if (params.top_p < 1.0) {
    // No lower than `kept`: the scores from there on have all the mass.
    kept = highest_key_with(params.top_p * mass, vec2<f32>(0.0, 1.0), lane);
  }
  return kept;
}

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32) {
  let highest_key = find_subset_maxima(lane);
  highest = key_logit(highest_key);
  narrowed = false;
  items = COUNT;
  var lowest = logit_key(bitcast<u32>(highest + params.min_p_margin));
  if (params.temperature > 0.0 && (params.top_k > 0u || params.top_p < 1.0)) {
    lowest = max(lowest, lowest_survivor(lane));
  }
  if (lane == 0u) {
    filtered = vec2<u32>(min(lowest, highest_key), highest_key);
  }
}
