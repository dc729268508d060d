/** Eight times the most that are published. */
export const MAX_HEADS = 1_024;
/** Numbers of a head, or of a latent row: attention keeps one query in shared memory. The most published are 576. */
export const MAX_HEAD_SIZE = 1_024;
