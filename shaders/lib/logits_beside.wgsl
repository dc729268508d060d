// A product has made one token's logits from the residual stream, which it normed for itself; they lie behind the place for the normed x, which
// is left here for the experts: x / sqrt(mean(x²) + X_EPSILON) ⊙ x_weight (Zhang & Sennrich 2019, arXiv:1910.07467). So no launch is for the norm alone.
@group(0) @binding(1) var<storage, read_write> normed: array<f32>; // [X_WIDTH | EXPERTS]
@group(0) @binding(7) var<storage, read> x: array<f32>;            // [X_WIDTH]
@group(0) @binding(8) var<storage, read> x_weight: array<f32>;     // [X_WIDTH]

override X_WIDTH: u32;
override X_EPSILON: f32;

// Not by WG: an array of an override's size is more than some compilers take beside others.
const MOST_THREADS = 256;
var<workgroup> squares: array<f32, MOST_THREADS>;

fn make_logits(token: u32, thread: u32) {
  var square = 0.0;
  for (var i = thread; i < X_WIDTH; i += WG) {
    square += x[i] * x[i];
  }
  squares[thread] = square;
  for (var e = thread; e < EXPERTS; e += WG) {
    logits[e] = normed[X_WIDTH + e] + select(0.0, logit_bias[e], HAS_LOGIT_BIAS == 1u);
  }
  workgroupBarrier();
  for (var half = WG / 2u; half > 0u; half /= 2u) {
    if (thread < half) {
      squares[thread] += squares[thread + half];
    }
    workgroupBarrier();
  }
  let factor = 1.0 / sqrt(squares[0] / f32(X_WIDTH) + X_EPSILON);
  for (var i = thread; i < X_WIDTH; i += WG) {
    normed[i] = x[i] * factor * x_weight[i];
  }
}
