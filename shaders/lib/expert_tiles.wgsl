// A piece of one expert's work in prefill: `count` of its entries in `order`, from `first`.
struct ExpertTile {
  slot: u32,
  first: u32,
  count: u32,
  pad: u32,
}
