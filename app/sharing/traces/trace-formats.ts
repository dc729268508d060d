export const TRACE_FORMATS = ['json', 'csv', 'npz'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];
