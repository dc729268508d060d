// The router multiplies by itself.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>; // [tokens, ROW_UNITS · 32]

override ROW_LANES: u32; // threads that share an expert's row
override ROW_UNITS: u32;
override X_TOKEN: u32;   // vec4s from one token of x to the next

var<workgroup> row_partials: array<f32, EXPERTS * ROW_LANES>;

fn make_logits(token: u32, thread: u32) {
  // All rows of a thread share its units of x, because WG is a multiple of ROW_LANES.
  for (var u = thread % ROW_LANES; u < ROW_UNITS; u += ROW_LANES) {
    let at = token * X_TOKEN + u * 8u;
    let xs = Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
    for (var i = thread; i < EXPERTS * ROW_LANES; i += WG) {
      let unit = i / ROW_LANES * ROW_UNITS + u;
      row_partials[i] += dot_units(dequant_unit(0u, EXPERTS * ROW_UNITS, unit), xs);
    }
  }
  workgroupBarrier();
  for (var e = thread; e < EXPERTS; e += WG) {
    var logit = select(0.0, logit_bias[e], HAS_LOGIT_BIAS == 1u);
    for (var i = 0u; i < ROW_LANES; i++) {
      logit += row_partials[e * ROW_LANES + i];
    }
    logits[e] = logit;
  }
  workgroupBarrier();
}
