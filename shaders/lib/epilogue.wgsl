// What becomes of a matmul's result.
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

override SCALE: f32;
override EPILOGUE: u32;

const STORE = 0u;   // y = s
const ADD = 1u;     // y = y + s
const SWIGLU = 2u;  // y = silu(y) · s: y holds the gate projection, s is the up projection

fn write_y(at: u32, value: f32) {
  let s = value * SCALE;
  if (EPILOGUE == ADD) {
    y[at] += s;
  } else if (EPILOGUE == SWIGLU) {
    let gate = y[at];
    y[at] = gate / (1.0 + exp(-gate)) * s;
  } else {
    y[at] = s;
  }
}
