// y[t, h, c] = Σ_n W[h, n, c] · x[t, h, n]: the transposed product, for absorbing the key up-projection into the query when the
// file has the joint attn_kv_b (DeepSeek-V2, section 2.1.2). W rows W_START + h · W_HEAD + n of ROW_UNITS units.
// PARTS threads make one unit of 32 columns; workgroup y is the token, z the head.
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

override INNER: u32;    // n runs over 0..INNER
override ROW_UNITS: u32;
override X_TOKEN: u32;  // floats from one token of x to the next
override X_HEAD: u32;
override Y_TOKEN: u32;  // vec4s from one token of y to the next
override Y_HEAD: u32;
override COLUMN_VECS: u32; // vec4s of y a head: columns / 4
override W_HEAD: u32;
override W_START: u32;
override W_ROWS: u32;

var<workgroup> sums: array<vec4<f32>, WG * 8u>; // [part][unit][vec4], where there are parts

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let units = WG / PARTS;
  let unit = group.x * units + thread % units;
  let part = thread / units;
  var sum: Unit;
  let first_row = W_START + group.z * W_HEAD;
  let x_at = group.y * X_TOKEN + group.z * X_HEAD;
  let w_unit = min(unit, ROW_UNITS - 1u);
  for (var n = part; n < INNER; n += PARTS) {
    let w = dequant_unit(0u, W_ROWS * ROW_UNITS, (first_row + n) * ROW_UNITS + w_unit);
    let q = x[x_at + n];
    for (var i = 0u; i < 8u; i++) {
      sum[i] += w[i] * q;
    }
  }
  let y_at = group.y * Y_TOKEN + group.z * Y_HEAD;
  if (PARTS == 1u) {
    if (unit < ROW_UNITS) {
      for (var i = 0u; i < min(8u, COLUMN_VECS - unit * 8u); i++) {
        y[y_at + unit * 8u + i] = sum[i];
      }
    }
    return;
  }
  for (var i = 0u; i < 8u; i++) {
    sums[thread * 8u + i] = sum[i];
  }
  workgroupBarrier();
  for (var i = thread; i < units * 8u; i += WG) {
    var whole = vec4<f32>();
    for (var p = 0u; p < PARTS; p++) {
      whole += sums[p * units * 8u + i];
    }
    let column = group.x * units * 8u + i;
    if (column < COLUMN_VECS) {
      y[y_at + column] = whole;
    }
  }
}
