// Which keys a head reads: neighbours share them. The rows of Qwen3-Next have for each key head the β of its heads, then their α.
fn key_head_of(head: u32) -> u32 {
  return head / (HEADS / KEY_HEADS);
}

fn place_of(head: u32) -> u32 {
  let share = HEADS / KEY_HEADS;
  return head / share * 2u * share + head % share;
}
