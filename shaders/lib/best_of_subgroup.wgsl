// What best_of_workgroup.wgsl finds, where the workgroup is one subgroup: no barriers, which software adapters take seconds to compile.
fn best_of_lanes(own: Best, lane: u32) -> Best {
  let key = subgroupMax(own.key);
  return Best(key, subgroupMin(select(0xffffffffu, own.id, own.key == key)));
}
