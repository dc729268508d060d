// cache[row of position + t] = x[t]: this step's keys, values or latents join the cache of lib/kv_q8_0.wgsl. Sizes in vec4s; the cache's are
// whole blocks of 8.
// A thread makes one block; workgroup y is the token.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> cache: array<u32>;

override WG: u32;
override VECS: u32;
override X_TOKEN: u32;
override CACHE_ROW: u32;

const BLOCK_VECS = 8u;
const BLOCK_WORDS = 9u;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = (group.x * WG + thread) * BLOCK_VECS;
  if (first >= VECS) {
    return;
  }
  var numbers: array<vec4<f32>, BLOCK_VECS>; // what is beyond the row is 0
  var largest = vec4<f32>();
  for (var i = 0u; i < min(BLOCK_VECS, VECS - first); i++) {
    numbers[i] = x[group.y * X_TOKEN + first + i];
    largest = max(largest, abs(numbers[i]));
  }
  let m = max(max(largest.x, largest.y), max(largest.z, largest.w));
  let to_unit = select(1.0 / m, 0.0, m == 0.0);
  let block = (row_of(step.position + group.y) * CACHE_ROW + first) / BLOCK_VECS * BLOCK_WORDS;
  cache[block] = bitcast<u32>(m);
  for (var i = 0u; i < BLOCK_VECS; i++) {
    cache[block + 1u + i] = pack4x8snorm(numbers[i] * to_unit);
  }
}
