// x[t] = SCALE · E[tokens[position + t]]: rows of the embedding matrix E [ROWS, ROW_UNITS · 32], or of the shard of it whose
// first row is ROW_START. Tokens of other shards are left alone. A thread makes one unit; workgroup y is the token.
@group(0) @binding(1) var<storage, read> tokens: array<u32>;          // by position in the sequence
@group(0) @binding(2) var<storage, read_write> x: array<vec4<f32>>;   // [tokens, VECS · 4]

override WG: u32;
override ROWS: u32;
override ROW_UNITS: u32;
override ROW_START: u32;
override VECS: u32;
override SCALE: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let unit = group.x * WG + thread;
  let row = tokens[step.position + group.y] - ROW_START; // wraps far above ROWS for earlier shards
  if (unit >= ROW_UNITS || row >= ROWS) {
    return;
  }
  let w = dequant_unit(0u, ROWS * ROW_UNITS, row * ROW_UNITS + unit);
  for (var i = 0u; i < min(8u, VECS - unit * 8u); i++) {
    x[group.y * VECS + unit * 8u + i] = SCALE * w[i];
  }
}
