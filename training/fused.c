// The element-wise parts of a training step on the CPU, each in one pass over bf16 data.
// Large matrix products stay with the BLAS; what is here costs more than they do when written in plain torch.
// Built on demand by fused.py; every function has a plain twin in plain.py.
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t bf16;

static inline float f32(bf16 x) {
  union { uint32_t bits; float value; } u = {.bits = (uint32_t)x << 16};
  return u.value;
}

static inline bf16 round16(float x) {  // to nearest, ties to even
  union { float value; uint32_t bits; } u = {.value = x};
  return (bf16)((u.bits + 0x7fff + ((u.bits >> 16) & 1)) >> 16);
}

#define ROWS _Pragma("omp parallel for schedule(static)")
#define MAX_WIDTH 1024

// y = x / rms(x) * gain;  inverse[n] is kept for the way back.
void rms_forward(const bf16 *x, const float *gain, bf16 *y, float *inverse, long rows, int width) {
  ROWS for (long n = 0; n < rows; n++) {
    const bf16 *in = x + n * width;
    float sum = 0;
    for (int i = 0; i < width; i++) sum += f32(in[i]) * f32(in[i]);
    float r = 1 / sqrtf(sum / width + 1e-6f);
    inverse[n] = r;
    for (int i = 0; i < width; i++) y[n * width + i] = round16(f32(in[i]) * r * gain[i]);
  }
}

void rms_backward(const bf16 *dy, const bf16 *x, const float *gain, const float *inverse, bf16 *dx, float *dgain, long rows, int width) {
  #pragma omp parallel
  {
    float *local = calloc(width, sizeof(float));
    #pragma omp for schedule(static)
    for (long n = 0; n < rows; n++) {
      const bf16 *in = x + n * width, *grad = dy + n * width;
      float r = inverse[n], dot = 0;
      for (int i = 0; i < width; i++) {
        float unit = f32(in[i]) * r, g = f32(grad[i]);
        local[i] += g * unit;
        dot += g * gain[i] * unit;
      }
      dot /= width;
      for (int i = 0; i < width; i++) dx[n * width + i] = round16(r * (f32(grad[i]) * gain[i] - f32(in[i]) * r * dot));
    }
    #pragma omp critical
    for (int i = 0; i < width; i++) dgain[i] += local[i];
    free(local);
  }
}

// Causal softmax within each conversation, in place.  scores [batch*heads, T, T];  start [batch, T].
void softmax_forward(bf16 *scores, const int16_t *start, long batch, int heads, int T, float scale) {
  ROWS for (long r = 0; r < batch * heads * T; r++) {
    int t = r % T, from = start[r / ((long)heads * T) * T + t], n = t + 1 - from;
    bf16 *p = scores + r * T;
    float e[MAX_WIDTH], top = -1e30f, sum = 0;
    for (int i = 0; i < n; i++) {
      e[i] = f32(p[from + i]) * scale;
      top = e[i] > top ? e[i] : top;
    }
    for (int i = 0; i < n; i++) {
      e[i] = expf(e[i] - top);
      sum += e[i];
    }
    memset(p, 0, 2 * from);
    for (int i = 0; i < n; i++) p[from + i] = round16(e[i] / sum);
    memset(p + t + 1, 0, 2 * (T - t - 1));
  }
}

void softmax_backward(bf16 *grad, const bf16 *prob, const int16_t *start, long batch, int heads, int T, float scale) {
  ROWS for (long r = 0; r < batch * heads * T; r++) {
    int t = r % T, from = start[r / ((long)heads * T) * T + t];
    bf16 *d = grad + r * T;
    const bf16 *p = prob + r * T;
    float dot = 0;
    for (int i = from; i <= t; i++) dot += f32(d[i]) * f32(p[i]);
    memset(d, 0, 2 * from);
    for (int i = from; i <= t; i++) d[i] = round16(f32(p[i]) * (f32(d[i]) - dot) * scale);
    memset(d + t + 1, 0, 2 * (T - t - 1));
  }
}

// hidden [rows, 2*width] = gate | up;  out = silu(gate) * up
void swiglu_forward(const bf16 *hidden, bf16 *out, long rows, int width) {
  ROWS for (long r = 0; r < rows; r++) {
    const bf16 *gate = hidden + r * 2 * width, *up = gate + width;
    for (int i = 0; i < width; i++) {
      float x = f32(gate[i]);
      out[r * width + i] = round16(x / (1 + expf(-x)) * f32(up[i]));
    }
  }
}

void swiglu_backward(const bf16 *dout, const bf16 *hidden, bf16 *dhidden, long rows, int width) {
  ROWS for (long r = 0; r < rows; r++) {
    const bf16 *gate = hidden + r * 2 * width, *up = gate + width, *grad = dout + r * width;
    bf16 *out = dhidden + r * 2 * width;
    for (int i = 0; i < width; i++) {
      float x = f32(gate[i]), s = 1 / (1 + expf(-x)), d = f32(grad[i]);
      out[width + i] = round16(d * x * s);
      out[i] = round16(d * f32(up[i]) * s * (1 + x * (1 - s)));
    }
  }
}

// Mean cross entropy; the logits become their own gradient.
double cross_entropy(bf16 *logits, const int64_t *target, long rows, int vocabulary) {
  double loss = 0;
  float share = 1.f / rows;
  #pragma omp parallel for schedule(static) reduction(+ : loss)
  for (long n = 0; n < rows; n++) {
    bf16 *p = logits + n * vocabulary;
    float top = -1e30f, sum = 0, right = f32(p[target[n]]);
    for (int i = 0; i < vocabulary; i++) top = f32(p[i]) > top ? f32(p[i]) : top;
    for (int i = 0; i < vocabulary; i++) sum += expf(f32(p[i]) - top);
    loss += top + logf(sum) - right;
    float k = share / sum;
    for (int i = 0; i < vocabulary; i++) p[i] = round16(expf(f32(p[i]) - top) * k);
    p[target[n]] = round16(expf(right - top) * k - share);
  }
  return loss / rows;
}

// Experts: rows are gathered in the order of their expert, and combined back by weight.
void gather(const bf16 *x, const int64_t *token, bf16 *out, long rows, int width) {
  ROWS for (long r = 0; r < rows; r++) memcpy(out + r * width, x + token[r] * width, 2 * width);
}

// place[n*k + j] is the row where token n's j-th expert wrote.
void combine_forward(const bf16 *y, const int64_t *place, const float *weight, bf16 *out, long tokens, int k, int width) {
  ROWS for (long n = 0; n < tokens; n++) {
    float sum[MAX_WIDTH] = {0};
    for (int j = 0; j < k; j++) {
      const bf16 *row = y + place[n * k + j] * width;
      float w = weight[n * k + j];
      for (int i = 0; i < width; i++) sum[i] += w * f32(row[i]);
    }
    for (int i = 0; i < width; i++) out[n * width + i] = round16(sum[i]);
  }
}

void combine_backward(const bf16 *dout, const bf16 *y, const int64_t *place, const float *weight, bf16 *dy, float *dweight, long tokens, int k, int width) {
  ROWS for (long n = 0; n < tokens; n++)
    for (int j = 0; j < k; j++) {
      long r = place[n * k + j];
      const bf16 *row = y + r * width, *grad = dout + n * width;
      float w = weight[n * k + j], dot = 0;
      for (int i = 0; i < width; i++) {
        float g = f32(grad[i]);
        dot += g * f32(row[i]);
        dy[r * width + i] = round16(g * w);
      }
      dweight[n * k + j] = dot;
    }
}

void gather_backward(const bf16 *drows, const int64_t *place, bf16 *dx, long tokens, int k, int width) {
  ROWS for (long n = 0; n < tokens; n++) {
    float sum[MAX_WIDTH] = {0};
    for (int j = 0; j < k; j++) {
      const bf16 *row = drows + place[n * k + j] * width;
      for (int i = 0; i < width; i++) sum[i] += f32(row[i]);
    }
    for (int i = 0; i < width; i++) dx[n * width + i] = round16(sum[i]);
  }
}

// Neighbouring pairs turn together, as in llama.cpp's "norm" rotary embedding.
static inline void rotate(const bf16 *in, bf16 *out, const float *c, const float *s, int pairs) {
  for (int i = 0; i < pairs; i++) {
    float x = f32(in[2 * i]), y = f32(in[2 * i + 1]);
    out[2 * i] = round16(x * c[i] - y * s[i]);
    out[2 * i + 1] = round16(x * s[i] + y * c[i]);
  }
}

// q [B,T,h,nope+rope], kv [B,T,h,nope+v], k_rope [B,T,rope]  →  Q, K [B,h,T,nope+rope], V [B,h,T,v]
void heads_forward(const bf16 *q, const bf16 *kv, const bf16 *k_rope, const float *cosine, const float *sine, bf16 *Q, bf16 *K, bf16 *V, int B, int T, int h, int nope, int rope, int v) {
  ROWS for (long bt = 0; bt < (long)B * T; bt++) {
    int b = bt / T, t = bt % T, pairs = rope / 2, width = nope + rope;
    const float *c = cosine + t * pairs, *s = sine + t * pairs;
    bf16 turned[128];
    rotate(k_rope + bt * rope, turned, c, s, pairs);
    for (int j = 0; j < h; j++) {
      const bf16 *qi = q + (bt * h + j) * width, *kvi = kv + (bt * h + j) * (nope + v);
      long out = ((long)b * h + j) * T + t;
      memcpy(Q + out * width, qi, 2 * nope);
      rotate(qi + nope, Q + out * width + nope, c, s, pairs);
      memcpy(K + out * width, kvi, 2 * nope);
      memcpy(K + out * width + nope, turned, 2 * rope);
      memcpy(V + out * v, kvi + nope, 2 * v);
    }
  }
}

void heads_backward(const bf16 *dQ, const bf16 *dK, const bf16 *dV, const float *cosine, const float *sine, bf16 *dq, bf16 *dkv, bf16 *dk_rope, int B, int T, int h, int nope, int rope, int v) {
  ROWS for (long bt = 0; bt < (long)B * T; bt++) {
    int b = bt / T, t = bt % T, pairs = rope / 2, width = nope + rope;
    const float *c = cosine + t * pairs, *s = sine + t * pairs;
    float sum[128] = {0}, back[64];
    for (int i = 0; i < pairs; i++) back[i] = -s[i];  // the way back turns the other way
    for (int j = 0; j < h; j++) {
      bf16 *qo = dq + (bt * h + j) * width, *kvo = dkv + (bt * h + j) * (nope + v);
      long in = ((long)b * h + j) * T + t;
      memcpy(qo, dQ + in * width, 2 * nope);
      rotate(dQ + in * width + nope, qo + nope, c, back, pairs);
      memcpy(kvo, dK + in * width, 2 * nope);
      memcpy(kvo + nope, dV + in * v, 2 * v);
      for (int i = 0; i < rope; i++) sum[i] += f32(dK[in * width + nope + i]);
    }
    for (int i = 0; i < pairs; i++) {
      float x = sum[2 * i], y = sum[2 * i + 1];
      dk_rope[bt * rope + 2 * i] = round16(x * c[i] + y * s[i]);
      dk_rope[bt * rope + 2 * i + 1] = round16(-x * s[i] + y * c[i]);
    }
  }
}

// [B,h,T,v] ↔ [B,T,h,v]
void swap_heads(const bf16 *in, bf16 *out, int B, int T, int h, int v, int back) {
  ROWS for (long bt = 0; bt < (long)B * T; bt++)
    for (int j = 0; j < h; j++) {
      long by_head = (((long)(bt / T) * h + j) * T + bt % T) * v, by_token = (bt * h + j) * v;
      memcpy(out + (back ? by_head : by_token), in + (back ? by_token : by_head), 2 * v);
    }
}

// Muon: what to orthogonalise (Nesterov's momentum), and the step along it.
void muon_forward(float *momentum, const float *gradient, bf16 *update, long count, float keep) {
  ROWS for (long i = 0; i < count; i++) {
    momentum[i] = keep * momentum[i] + gradient[i];
    update[i] = round16(gradient[i] + keep * momentum[i]);
  }
}

void muon_step(float *weights, const bf16 *direction, long count, float keep, float rate) {
  ROWS for (long i = 0; i < count; i++) weights[i] = keep * weights[i] - rate * f32(direction[i]);
}

// Matrix products in bf16 for processors with AVX512-BF16 but no AMX: there the BLAS is as fast on one large product,
// but compiles a kernel anew for every number of rows, which for routed experts is a new one each time.
// Small ones (experts, Newton-Schulz) gain by running a whole one on each core, too.
#if defined(__AVX512BF16__) && !defined(__AMX_BF16__)
#include <immintrin.h>

int own_products(void) { return 1; }

enum { ROWS_AT_ONCE = 12, COLUMNS_AT_ONCE = 32 };  // 24 sums in registers

// Two neighbours along k lie in one 32-bit word. `a` may be read for 12 rows, whatever `m` is;
// its rows are `row` words apart, its pairs `pair` words.  c = alpha * a·b + beta * add, as bf16 or (wide) f32.
typedef struct {
  const uint32_t *a, *b;
  const bf16 *add;
  void *c;
  long row, pair, stride;
  int pairs, wide;
  float alpha, beta;
} Tile;

static void tile(const Tile *t, int m, int n) {
  __m512 sum[ROWS_AT_ONCE][2];
  for (int i = 0; i < ROWS_AT_ONCE; i++) sum[i][0] = sum[i][1] = _mm512_setzero_ps();
  const uint32_t *a = t->a, *b = t->b;
  long row = t->row, pair = t->pair;
  for (int p = 0; p < t->pairs; p++, a += pair, b += COLUMNS_AT_ONCE) {
    __m512bh left = (__m512bh)_mm512_load_si512(b), right = (__m512bh)_mm512_load_si512(b + 16);
    #pragma GCC unroll 12
    for (int i = 0; i < ROWS_AT_ONCE; i++) {
      __m512bh x = (__m512bh)_mm512_set1_epi32(a[i * row]);
      sum[i][0] = _mm512_dpbf16_ps(sum[i][0], x, left);
      sum[i][1] = _mm512_dpbf16_ps(sum[i][1], x, right);
    }
  }
  #pragma GCC unroll 12
  for (int i = 0; i < ROWS_AT_ONCE; i++)
    #pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
      int left = n - 16 * half;
      if (i >= m || left <= 0) continue;
      __mmask16 mask = left >= 16 ? 0xffff : (1 << left) - 1;
      long at = i * t->stride + 16 * half;
      __m512 value = _mm512_mul_ps(sum[i][half], _mm512_set1_ps(t->alpha));
      if (t->add) {
        __m512i bits = _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, t->add + at)), 16);
        value = _mm512_fmadd_ps(_mm512_castsi512_ps(bits), _mm512_set1_ps(t->beta), value);
      }
      if (t->wide)
        _mm512_mask_storeu_ps((float *)t->c + at, mask, value);
      else
        _mm256_mask_storeu_epi16((bf16 *)t->c + at, mask, (__m256i)_mm512_cvtneps_pbh(value));
    }
}

static inline long panels(long n) { return (n + COLUMNS_AT_ONCE - 1) / COLUMNS_AT_ONCE; }

// b [k, n], row by row (along_k: [n, k])  →  packed [panel of columns][pair][32 words]; what is missing is zero.
static void pack(const bf16 *b, uint32_t *packed, long k, long n, int along_k) {
  long pairs = (k + 1) / 2;
  for (long j = 0; j < n; j += COLUMNS_AT_ONCE) {
    long columns = n - j < COLUMNS_AT_ONCE ? n - j : COLUMNS_AT_ONCE;
    uint32_t *out = packed + j * pairs;
    if (columns < COLUMNS_AT_ONCE) memset(out, 0, 4 * pairs * COLUMNS_AT_ONCE);
    if (along_k)  // k is even here
      for (long p = 0; p < pairs; p++)
        for (long i = 0; i < columns; i++) memcpy(out + p * COLUMNS_AT_ONCE + i, b + (j + i) * k + 2 * p, 4);
    else
      for (long p = 0; p < pairs; p++) {
        const bf16 *first = b + 2 * p * n + j, *second = first + n;
        uint32_t *words = out + p * COLUMNS_AT_ONCE;
        if (2 * p + 1 < k)
          for (long i = 0; i < columns; i++) words[i] = first[i] | (uint32_t)second[i] << 16;
        else
          for (long i = 0; i < columns; i++) words[i] = first[i];
      }
  }
}

// All tiles of one product: rows and columns of `c` that start at (t.c, t.add); t.b is packed.
// Of a symmetric product what lies above the diagonal is mirrored.
static void product(Tile t, long m, long n, int symmetric) {
  Tile at = t;
  for (long j = 0; j < n; j += COLUMNS_AT_ONCE)
    for (long i = symmetric ? j / ROWS_AT_ONCE * ROWS_AT_ONCE : 0; i < m; i += ROWS_AT_ONCE) {
      long place = i * t.stride + j;
      at.a = t.a + i * t.row;
      at.b = t.b + j * t.pairs;
      at.add = t.add ? t.add + place : NULL;
      at.c = t.wide ? (void *)((float *)t.c + place) : (void *)((bf16 *)t.c + place);
      tile(&at, m - i < ROWS_AT_ONCE ? m - i : ROWS_AT_ONCE, n - j < COLUMNS_AT_ONCE ? n - j : COLUMNS_AT_ONCE);
    }
  if (symmetric) {
    bf16 *c = t.c;
    for (long i = 0; i < m; i++)
      for (long j = (i / COLUMNS_AT_ONCE + 1) * COLUMNS_AT_ONCE; j < n; j++) c[i * t.stride + j] = c[j * t.stride + i];
  }
}

static uint32_t *words(long count) { return aligned_alloc(64, (4 * count + 64 * 16) / 64 * 64); }

// Expert e has rows bounds[e] … bounds[e+1].  out[rows] = x[rows] · w[e], w [experts, k, n] (along_k: [experts, n, k])
void experts_product(const bf16 *x, const bf16 *w, bf16 *out, const int64_t *bounds, int experts, int k, int n, int along_k) {
  #pragma omp parallel
  {
    uint32_t *packed = words(panels(n) * COLUMNS_AT_ONCE * (k / 2));
    #pragma omp for schedule(dynamic)
    for (int e = 0; e < experts; e++) {
      long from = bounds[e], rows = bounds[e + 1] - from;
      if (!rows) continue;
      pack(w + (long)e * k * n, packed, k, n, along_k);
      Tile t = {.a = (const uint32_t *)(x + from * k), .b = packed, .c = out + from * n, .row = k / 2, .pair = 1, .stride = n, .pairs = k / 2, .alpha = 1};
      product(t, rows, n, 0);
    }
    free(packed);
  }
}

// dw[e] = left[rows]ᵀ · right[rows], in f32
void experts_gradient(const bf16 *left, const bf16 *right, float *dw, const int64_t *bounds, int experts, int m, int n) {
  long most = 0;
  for (int e = 0; e < experts; e++) most = bounds[e + 1] - bounds[e] > most ? bounds[e + 1] - bounds[e] : most;
  #pragma omp parallel
  {
    uint32_t *a = words(panels(m) * COLUMNS_AT_ONCE * (most + 1) / 2), *b = words(panels(n) * COLUMNS_AT_ONCE * (most + 1) / 2);
    #pragma omp for schedule(dynamic)
    for (int e = 0; e < experts; e++) {
      long from = bounds[e], rows = bounds[e + 1] - from, pairs = (rows + 1) / 2;
      pack(right + from * n, b, rows, n, 0);
      // Packed alike, 32 columns of `left` are 32 rows of the product.
      pack(left + from * m, a, rows, m, 0);
      for (long i = 0; i < m; i += COLUMNS_AT_ONCE) {
        Tile t = {.a = a + i * pairs, .b = b, .c = dw + ((long)e * m + i) * n, .row = 1, .pair = COLUMNS_AT_ONCE, .stride = n, .pairs = pairs, .wide = 1, .alpha = 1};
        product(t, m - i < COLUMNS_AT_ONCE ? m - i : COLUMNS_AT_ONCE, n, 0);
      }
    }
    free(a);
    free(b);
  }
}

// Newton-Schulz on each matrix [rows, columns], both even, in place.
void orthogonalise(bf16 *matrices, long count, int rows, int columns, int rounds, float first, float third, float fifth) {
  int tall = rows > columns, m = tall ? columns : rows, n = tall ? rows : columns;
  #pragma omp parallel
  {
    // `tile` may read some rows past the end.
    uint32_t *packed = words(panels(n) * COLUMNS_AT_ONCE * (n / 2));
    bf16 *square = (bf16 *)words((m + ROWS_AT_ONCE) * m / 2), *polynomial = (bf16 *)words((m + ROWS_AT_ONCE) * m / 2);
    bf16 *x = (bf16 *)words((m + ROWS_AT_ONCE) * n / 2);
    #pragma omp for schedule(dynamic)
    for (long at = 0; at < count; at++) {
      bf16 *matrix = matrices + at * m * n;
      float norm = 0;
      for (int i = 0; i < m * n; i++) norm += f32(matrix[i]) * f32(matrix[i]);
      norm = 1 / (sqrtf(norm) + 1e-7f);
      for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) x[i * n + j] = round16(f32(tall ? matrix[j * m + i] : matrix[i * n + j]) * norm);
      for (int round = 0; round < rounds; round++) {
        pack(x, packed, n, m, 1);
        product((Tile){.a = (uint32_t *)x, .b = packed, .c = square, .row = n / 2, .pair = 1, .stride = m, .pairs = n / 2, .alpha = 1}, m, m, 1);
        pack(square, packed, m, m, 0);
        product((Tile){.a = (uint32_t *)square, .b = packed, .add = square, .c = polynomial, .row = m / 2, .pair = 1, .stride = m, .pairs = m / 2, .alpha = fifth, .beta = third}, m, m, 1);
        pack(x, packed, m, n, 0);
        product((Tile){.a = (uint32_t *)polynomial, .b = packed, .add = x, .c = x, .row = m / 2, .pair = 1, .stride = n, .pairs = m / 2, .alpha = 1, .beta = first}, m, n, 0);
      }
      for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) matrix[tall ? j * m + i : i * n + j] = x[i * n + j];
    }
    free(packed), free(square), free(polynomial), free(x);
  }
}

#else
int own_products(void) { return 0; }
#endif
