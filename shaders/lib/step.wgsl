// What changes from one step to the next; everything else is fixed when the plan is made.
struct Step {
  tokens: u32,    // tokens in this step: 1 in decode, up to the chunk in prefill
  position: u32,  // position of the first of them in the sequence
  state_from: u32, // which copy of the recurrent states it reads (none at position 0), and which it writes
  state_to: u32,
}
@group(0) @binding(0) var<uniform> step: Step;
