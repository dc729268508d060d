// The router of one MoE layer: logits = W · x + logit bias (lib/logits_*.wgsl), scores = gate(logits), then the USED best experts, their weights and their pages.
// Selection looks at scores + bias (DeepSeek-V3, arXiv:2412.19437, section 2.1.2); with GROUPS > 1 only experts of the
// GROUPS_USED groups with the largest sum of two best scores take part. Weights come from the scores without the bias.
// One workgroup a token. An expert's rank is the number of experts that beat it, so nothing is sorted; ties go to the
// lower index, as in llama.cpp.
@group(0) @binding(2) var<storage, read> bias: array<f32>;               // [EXPERTS]
@group(0) @binding(3) var<storage, read> page_table: array<u32>;         // [EXPERTS]: this layer's slots, or MISS
@group(0) @binding(4) var<storage, read_write> routes: array<Route>;     // [tokens, USED]
@group(0) @binding(5) var<storage, read_write> route_trace: array<TracedRoute>; // [TRACE_ALL: tokens, else the last one][USED + 1]: for the person to see
@group(0) @binding(6) var<storage, read> logit_bias: array<f32>;         // [EXPERTS]

override WG: u32;
override EXPERTS: u32;
override USED: u32;
override GROUPS: u32;
override GROUPS_USED: u32;
override GATING: u32;
override HAS_BIAS: u32;
override HAS_LOGIT_BIAS: u32;
override NORMALIZE: u32;
override WEIGHT_SCALE: f32;
override TRACE_ALL: u32;

// What a person is told of a choice: the last of USED + 1 is the best expert that was not chosen, or NOBODY.
struct TracedRoute {
  expert: u32,
  weight: f32,
  score: f32,  // what the gate makes of its logit
  choice: f32, // what was compared: with the bias
}
const NOBODY = 4294967295u;

const SOFTMAX = 1u;         // over all experts
const SIGMOID = 2u;
const SOFTMAX_CHOSEN = 3u;  // over the chosen experts' logits
const LOWEST = -3.0e38;
const SMALLEST_SUM = 6.103515625e-5; // as llama.cpp: the smallest normal f16

var<workgroup> logits: array<f32, EXPERTS>;
var<workgroup> scores: array<f32, EXPERTS>;
var<workgroup> choice_scores: array<f32, EXPERTS>;
var<workgroup> group_scores: array<f32, GROUPS>;
var<workgroup> chosen: array<u32, USED>;
var<workgroup> next_best: u32; // of those that were not chosen

fn trace_row(token: u32) -> u32 {
  return select(0u, token * (USED + 1u), TRACE_ALL == 1u);
}

// Experts per group.
fn group_size() -> u32 {
  return EXPERTS / GROUPS;
}

fn group_takes_part(group: u32) -> bool {
  var rank = 0u;
  for (var g = 0u; g < GROUPS; g++) {
    let beats = group_scores[g] > group_scores[group] || (group_scores[g] == group_scores[group] && g < group);
    rank += select(0u, 1u, beats);
  }
  return rank < GROUPS_USED;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let token = workgroup.x;

  make_logits(token, thread);

  // Gate.
  var largest = LOWEST;
  var total = 0.0;
  if (GATING == SOFTMAX) {
    for (var e = 0u; e < EXPERTS; e++) {
      largest = max(largest, logits[e]);
    }
    for (var e = thread; e < EXPERTS; e += WG) {
      choice_scores[e] = exp(logits[e] - largest);
    }
    workgroupBarrier();
    for (var e = 0u; e < EXPERTS; e++) {
      total += choice_scores[e];
    }
    workgroupBarrier();
  }
  for (var e = thread; e < EXPERTS; e += WG) {
    var score = logits[e];
    if (GATING == SOFTMAX) {
      score = exp(score - largest) / total;
    } else if (GATING == SIGMOID) {
      score = 1.0 / (1.0 + exp(-score));
    }
    scores[e] = score;
    choice_scores[e] = score + select(0.0, bias[e], HAS_BIAS == 1u);
  }
  workgroupBarrier();

  // Groups: the best two of each.
  if (GROUPS > 1u) {
    for (var g = thread; g < GROUPS; g += WG) {
      var best = LOWEST;
      var second = LOWEST;
      for (var i = 0u; i < group_size(); i++) {
        let score = choice_scores[g * group_size() + i];
        second = max(second, min(best, score));
        best = max(best, score);
      }
      group_scores[g] = best + second;
    }
    workgroupBarrier();
    for (var e = thread; e < EXPERTS; e += WG) {
      if (!group_takes_part(e / group_size())) {
        choice_scores[e] = LOWEST;
      }
    }
    workgroupBarrier();
  }

  // Top-k by rank.
  if (USED == EXPERTS && thread == 0u) {
    next_best = NOBODY;
  }
  for (var e = thread; e < EXPERTS; e += WG) {
    let mine = choice_scores[e];
    var rank = 0u;
    // Most experts are beaten by enough others long before the last one.
    for (var other = 0u; other < EXPERTS && rank <= USED; other++) {
      let theirs = choice_scores[other];
      rank += select(0u, 1u, theirs > mine || (theirs == mine && other < e));
    }
    if (rank < USED) {
      chosen[rank] = e;
    } else if (rank == USED) {
      next_best = e;
    }
  }
  workgroupBarrier();

  // Weights and pages.
  for (var j = thread; j < USED; j += WG) {
    let expert = chosen[j];
    var weight = scores[expert];
    if (GATING == SOFTMAX_CHOSEN) {
      let best = scores[chosen[0]];
      var sum = 0.0;
      for (var i = 0u; i < USED; i++) {
        sum += exp(scores[chosen[i]] - best);
      }
      weight = exp(weight - best) / sum;
    } else if (NORMALIZE == 1u) {
      var sum = 0.0;
      for (var i = 0u; i < USED; i++) {
        sum += scores[chosen[i]];
      }
      weight /= max(sum, SMALLEST_SUM);
    }
    let route = Route(expert, page_table[expert], weight * WEIGHT_SCALE, 0u);
    routes[token * USED + j] = route;
    if (TRACE_ALL == 1u || token == step.tokens - 1u) {
      route_trace[trace_row(token) + j] = TracedRoute(expert, route.weight, scores[expert], choice_scores[expert]);
    }
  }
  if (thread == 0u && (TRACE_ALL == 1u || token == step.tokens - 1u)) {
    let known = min(next_best, EXPERTS - 1u);
    route_trace[trace_row(token) + USED] = TracedRoute(next_best, 0.0, scores[known], choice_scores[known]);
  }
}
