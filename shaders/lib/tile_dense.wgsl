// Which rows a matmul tile covers: dense. Tile `t` of TILE_TOKENS consecutive tokens; workgroup z is the head.
override X_TOKEN: u32;
override X_HEAD: u32;
override X_START: u32;
override Y_TOKEN: u32;
override Y_HEAD: u32;
override Y_START: u32;
override W_HEAD: u32;
override W_START: u32;
override W_ROWS: u32;
override W_BASE: u32; // first vec4 of W in its buffer

struct Tile {
  base: u32,   // first vec4 of the matrix
  row: u32,    // matrix row of the tile's row 0
  units: u32,  // units in the matrix
  first: u32,  // first token
  count: u32,  // tokens
  head: u32,
}

fn select_tile(index: u32, head: u32) -> Tile {
  let first = index * TILE_TOKENS;
  let count = min(TILE_TOKENS, max(step.tokens, first) - first);
  return Tile(W_BASE, W_START + head * W_HEAD, W_ROWS * ROW_UNITS, first, count, head);
}

// First vec4 of x, and first float of y, of the tile's i-th token.
fn x_of(tile: Tile, i: u32) -> u32 {
  return X_START + (tile.first + i) * X_TOKEN + tile.head * X_HEAD;
}

fn y_of(tile: Tile, i: u32) -> u32 {
  return Y_START + (tile.first + i) * Y_TOKEN + tile.head * Y_HEAD;
}
