// Which rows a matmul tile covers: dense. Tile `t` of TILE_TOKENS consecutive tokens; workgroup z is the head.
struct Tile {
  base: u32,   // first vec4 of the matrix
  row: u32,    // matrix row of the tile's row 0
  first: u32,  // first token
  count: u32,  // tokens
  head: u32,
}

fn select_tile(index: u32, head: u32) -> Tile {
  let first = index * TILE_TOKENS;
  let count = min(TILE_TOKENS, max(step.tokens, first) - first);
  return Tile(product.w_base, product.w_start + head * product.w_head, first, count, head);
}

// First vec4 of x, and first float of y, of the tile's i-th token.
fn x_of(tile: Tile, i: u32) -> u32 {
  return (tile.first + i) * product.x_token + tile.head * product.x_head;
}

fn y_of(tile: Tile, i: u32) -> u32 {
  return product.y_start + (tile.first + i) * product.y_token + tile.head * product.y_head;
}
