// Which pass of the sampler a launch is: the kernels have several each, because compiling them takes longer than they do.
struct SamplingPass {
  kind: u32,
  pad0: u32,
  pad1: u32,
  pad2: u32,
}
@group(0) @binding(2) var<uniform> sampling_pass: SamplingPass;

const LOOK = 0u;
const SCORE = 1u;
const RACE = 2u;
const FILTER = 3u;
const FINISH = 4u;
