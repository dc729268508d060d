// Which keys a head reads: keys are dealt out to heads in turn, and a row with a number a head has them in the heads' order.
fn key_head_of(head: u32) -> u32 {
  return head % KEY_HEADS;
}

fn place_of(head: u32) -> u32 {
  return head;
}
