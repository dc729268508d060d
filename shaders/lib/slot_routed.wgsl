// Whose weights a feed-forward reads: the page of the expert that the router chose, best choice first.
@group(0) @binding(2) var<storage, read> routes: array<Route>; // [USED]

fn slot_of(choice: u32) -> u32 {
  return routes[choice].slot;
}
