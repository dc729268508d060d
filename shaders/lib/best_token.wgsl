// A token and its key; the highest key wins, of equal ones the lowest id. Key 0 marks none.
struct Best {
  key: u32,
  id: u32,
}

fn better(a: Best, b: Best) -> Best {
  if (b.key > a.key || (b.key == a.key && b.id < a.id)) {
    return b;
  }
  return a;
}
