// Expert pages in 2 pool buffers. A slot names a pool and a page within it; pages have one size.
override SLOTS_PER_POOL: u32;
override PAGE_VECS: u32; // vec4<u32>s a page
@group(0) @binding(10) var<storage, read> pool0: array<vec4<u32>>;
@group(0) @binding(11) var<storage, read> pool1: array<vec4<u32>>;

var<private> selected_pool: u32;

// First vec4 of the page in `slot`, within its pool; `weight_at` reads from that pool from now on.
fn select_page(slot: u32) -> u32 {
  selected_pool = slot / SLOTS_PER_POOL;
  return (slot % SLOTS_PER_POOL) * PAGE_VECS;
}

fn weight_at(index: u32) -> vec4<u32> {
  switch selected_pool {
    case 1u: { return pool1[index]; }
    default: { return pool0[index]; }
  }
}

// One word of the page's pool, 4 to a vec4.
fn weight_word(index: u32) -> u32 {
  switch selected_pool {
    case 1u: { return pool1[index >> 2u][index & 3u]; }
    default: { return pool0[index >> 2u][index & 3u]; }
  }
}
