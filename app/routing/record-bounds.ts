/** What a record of routing that comes from outside may be, in whatever form it comes. */
import * as v from 'valibot';
import { Count, wholeBetween } from '../state/records/bounds.ts';

export const MAX_LAYERS = 1024;
/** The view reserves a number for each expert of each layer; the largest models have 30,000. */
export const MAX_CELLS = 2 ** 20;

/** What a record keeps of its model. */
export const RoutedModelShape = v.object({
  parameters: Count,
  activeParameters: Count,
  expertParameters: Count,
  expertBytes: Count,
  fileBytes: Count,
  bytesPerToken: Count,
  /** Absent in what was written before these were kept. */
  layers: v.exactOptional(wholeBetween(0, MAX_LAYERS)),
  sharedExperts: v.exactOptional(wholeBetween(0, MAX_CELLS)),
});
