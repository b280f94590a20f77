/** By what accounts can be sorted: `-` before it from the greatest down. */
export const accountSorts = ['name', 'createdAt', 'reconnectBy', 'status'] as const
export type AccountSort = (typeof accountSorts)[number]
