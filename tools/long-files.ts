/** Files over 400 lines, and why they are better whole. */
export const longFiles: Readonly<Record<string, string>> = {}

export const longestFile = 400
