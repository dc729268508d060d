// The shape of one matrix product, in a uniform: so all products of a weight type share one pipeline, and a model compiles
// a handful of them instead of one a shape.
struct Product {
  rows: u32,      // rows of the result, a head
  row_units: u32, // units of 32 columns in a row of W
  w_base: u32,    // first vec4 of W in its buffer (or page)
  w_units: u32,   // units in W
  w_head: u32,    // rows of W from one head to the next
  w_start: u32,   // rows of W before the first head
  x_token: u32,   // vec4s from one token of x to the next
  x_head: u32,    // vec4s from one head of x to the next
  y_token: u32,   // floats from one token of y to the next
  y_head: u32,    // floats from one head of y to the next
  y_start: u32,   // floats before the first result: row shards write their part
  x_used: u32,    // experts: entries that share a row of x
  epilogue: u32,  // what becomes of the result s: STORE, ADD or GATE
  scale: f32,
  factor: u32,    // where W's factor and bias lie: see lib/beside.wgsl
  bias: u32,
  limit: f32,     // of activations that have one
  pad0: u32,
  pad1: u32,
  pad2: u32,
}
@group(0) @binding(9) var<uniform> product: Product;

const STORE = 0u;   // y = s
const ADD = 1u;     // y = y + s
const GATE = 2u;    // y = activate(y, s): y holds the gate projection, s is the up projection; see lib/act_*.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// The product of W's row `row`; W begins at vec4 `base`.
fn write_y(at: u32, base: u32, row: u32, value: f32) {
  let s = product.scale * (factor_beside(base, product.factor) * value + bias_beside(base, product.bias, row));
  if (product.epilogue == ADD) {
    y[at] += s;
  } else if (product.epilogue == GATE) {
    y[at] = activate(y[at], s, product.limit);
  } else {
    y[at] = s;
  }
}
