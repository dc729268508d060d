// Prefill: groups the step's (token, choice) entries by expert with a counting sort, and cuts each expert's entries into tiles
// of at most TILE_TOKENS for the matmuls, with the indirect workgroup counts for them. One workgroup.
// routes [tokens, USED] -> order [tokens · USED], tiles, and dispatch_args [2][3] (gate and up, then down).
@group(0) @binding(1) var<storage, read> routes: array<Route>;
@group(0) @binding(2) var<storage, read_write> order: array<u32>;
@group(0) @binding(3) var<storage, read_write> tiles: array<ExpertTile>;
@group(0) @binding(4) var<storage, read_write> dispatch_args: array<u32>;

override WG: u32;
override EXPERTS: u32;
override USED: u32;
override UP_GROUPS: u32;    // workgroups in x for the gate and up projections
override DOWN_GROUPS: u32;  // and for the down projection

var<workgroup> counts: array<atomic<u32>, EXPERTS>;
var<workgroup> cursors: array<atomic<u32>, EXPERTS>;
var<workgroup> slots: array<atomic<u32>, EXPERTS>;

@compute @workgroup_size(WG)
fn main(@builtin(local_invocation_index) thread: u32) {
  let entries = step.tokens * USED;
  for (var e = thread; e < EXPERTS; e += WG) {
    atomicStore(&counts[e], 0u);
  }
  workgroupBarrier();
  for (var i = thread; i < entries; i += WG) {
    let route = routes[i];
    atomicAdd(&counts[route.expert], 1u);
    atomicStore(&slots[route.expert], route.slot); // the same for all entries of an expert
  }
  workgroupBarrier();
  if (thread == 0u) {
    var first = 0u;
    var tile = 0u;
    for (var e = 0u; e < EXPERTS; e++) {
      let count = atomicLoad(&counts[e]);
      atomicStore(&cursors[e], first);
      for (var done = 0u; done < count; done += TILE_TOKENS) {
        tiles[tile] = ExpertTile(atomicLoad(&slots[e]), first + done, min(TILE_TOKENS, count - done), 0u);
        tile++;
      }
      first += count;
    }
    dispatch_args[0] = UP_GROUPS;
    dispatch_args[1] = tile;
    dispatch_args[2] = 1u;
    dispatch_args[3] = DOWN_GROUPS;
    dispatch_args[4] = tile;
    dispatch_args[5] = 1u;
  }
  workgroupBarrier();
  for (var i = thread; i < entries; i += WG) {
    order[atomicAdd(&cursors[routes[i].expert], 1u)] = i;
  }
}
