import { structOf } from '../gpu/wgsl.ts';
import { FRAGMENTS } from './fragments.ts';

/** What changes from one step to the next, in a uniform. */
export const STEP = structOf(FRAGMENTS.step.code, 'Step', ['tokens', 'position', 'state_from', 'state_to']);
