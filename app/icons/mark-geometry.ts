/** Mixtab's mark in a square of 32: layers as columns, experts as rows, and a token's way through them, which draws an M. */
export const COLUMNS = [4, 10, 16, 22, 28] as const;
export const ROWS = [8, 16, 24] as const;
/** The row of the expert that fires in each layer. */
export const ROUTE = [24, 8, 16, 8, 24] as const;
