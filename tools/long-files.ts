/** Files over 400 lines, and why they are better whole. */
export const longFiles: Readonly<Record<string, string>> = {
  'packages/contract/src/errors.ts': 'the one table of failures; a table in parts would be several',
}

export const longestFile = 400
