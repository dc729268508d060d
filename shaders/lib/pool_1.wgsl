// Expert pages in 1 pool buffer. A slot names a pool and a page within it; pages have one size.
override SLOTS_PER_POOL: u32;
override PAGE_VECS: u32; // vec4<u32>s a page
@group(0) @binding(10) var<storage, read> pool0: array<vec4<u32>>;

// First vec4 of the page in `slot`.
fn select_page(slot: u32) -> u32 {
  return slot * PAGE_VECS;
}

fn weight_at(index: u32) -> vec4<u32> {
  return pool0[index];
}

// One word of the page's pool, 4 to a vec4.
fn weight_word(index: u32) -> u32 {
  return pool0[index >> 2u][index & 3u];
}
