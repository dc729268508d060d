// A product has made the router's logits, on more cores than one workgroup has.
@group(0) @binding(1) var<storage, read> given: array<f32>; // [tokens, EXPERTS]

fn make_logits(token: u32, thread: u32) {
  for (var e = thread; e < EXPERTS; e += WG) {
    logits[e] = given[token * EXPERTS + e] + select(0.0, logit_bias[e], HAS_LOGIT_BIAS == 1u);
  }
  workgroupBarrier();
}
