// One choice of the router: routes[token, choice], best choice first.
struct Route {
  expert: u32,
  slot: u32,    // page slot from the page table, or MISS
  weight: f32,
  pad: u32,
}
const MISS = 0xffffffffu; // the expert's page is not resident: the kernels skip it and the step is run again later
