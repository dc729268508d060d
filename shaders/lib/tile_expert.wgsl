// Which rows a matmul tile covers: entries routed to one expert, as sort_routes.wgsl left them. An entry is
// token · USED + choice; x holds a row for a token (X_USED = USED) or for an entry (X_USED = 1), y one for an entry.
@group(0) @binding(3) var<storage, read> tiles: array<ExpertTile>;
@group(0) @binding(4) var<storage, read> order: array<u32>;

override X_USED: u32;
override X_TOKEN: u32;     // vec4s from one x row to the next
override Y_TOKEN: u32;     // floats from one y row to the next
override MATRIX_BASE: u32; // first vec4 of the matrix in the page

struct Tile {
  base: u32,
  row: u32,
  units: u32,
  first: u32,
  count: u32,
  head: u32,
}

fn select_tile(index: u32, head: u32) -> Tile {
  let tile = tiles[index];
  let resident = tile.slot != MISS;
  let page = select_page(select(0u, tile.slot, resident));
  return Tile(page + MATRIX_BASE, 0u, MATRIX_ROWS * ROW_UNITS, tile.first, select(0u, tile.count, resident), head);
}

fn x_of(tile: Tile, i: u32) -> u32 {
  return order[tile.first + i] / X_USED * X_TOKEN;
}

fn y_of(tile: Tile, i: u32) -> u32 {
  return order[tile.first + i] * Y_TOKEN;
}
