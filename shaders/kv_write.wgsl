// cache[row of position + t, CACHE_START + i] = x[t, i]: this step's keys, values or latents join the cache. Sizes in vec4s.
// A thread copies one vec4; workgroup y is the token.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> cache: array<cache_vec>;

override WG: u32;
override VECS: u32;
override X_TOKEN: u32;
override CACHE_ROW: u32;
override CACHE_START: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = group.x * WG + thread;
  if (i < VECS) {
    cache[row_of(step.position + group.y) * CACHE_ROW + CACHE_START + i] = cache_pack(x[group.y * X_TOKEN + i]);
  }
}
