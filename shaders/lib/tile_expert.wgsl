// Which rows a matmul tile covers: entries routed to one expert, as sort_routes.wgsl left them. An entry is
// token · used + choice; x holds a row for a token (x_used = used) or for an entry (x_used = 1), y one for an entry.
@group(0) @binding(3) var<storage, read> tiles: array<ExpertTile>;
@group(0) @binding(4) var<storage, read> order: array<u32>;

struct Tile {
  base: u32,   // first vec4 of the matrix in the selected pool
  row: u32,
  first: u32,  // first entry in `order`
  count: u32,
}

fn select_tile(index: u32, head: u32) -> Tile {
  let tile = tiles[index];
  let resident = tile.slot != MISS;
  let page = select_page(select(0u, tile.slot, resident));
  return Tile(page + product.w_base, 0u, tile.first, select(0u, tile.count, resident));
}

fn x_of(tile: Tile, i: u32) -> u32 {
  return order[tile.first + i] / product.x_used * product.x_token;
}

fn y_of(tile: Tile, i: u32) -> u32 {
  return order[tile.first + i] * product.y_token;
}
