// The element-wise parts of a training step on the CPU, each in one pass over bf16 data.
// Matrix products stay with the BLAS; what is here costs more than they do when written in plain torch.
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
