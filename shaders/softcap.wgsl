// y[t, i] = CAP · tanh(y[t, i] / CAP): logits that stay within ±CAP (Gemma 2, arXiv:2408.00118, section 2). A thread bends one number;
// workgroup y is the token.
@group(0) @binding(1) var<storage, read_write> y: array<f32>; // [tokens, WIDTH]

override WG: u32;
override WIDTH: u32;
override CAP: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = group.x * WG + thread;
  if (i < WIDTH) {
    let at = group.y * WIDTH + i;
    // tanh is 1 long before 15, and some GPUs' overflows far beyond it.
    y[at] = CAP * tanh(clamp(y[at] / CAP, -15.0, 15.0));
  }
}
