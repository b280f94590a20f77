import { runInNewContext } from 'node:vm'

const longestMilliseconds = 100

/**
 * Whether a value matches a definition's pattern. Patterns are their author's, and one like `(a+)+$` can take
 * longer than the universe: such a match is cut off, and counts as none.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  try {
    const context = { pattern, value }
    return (
      runInNewContext("new RegExp(pattern, 'u').test(value)", context, { timeout: longestMilliseconds }) ===
      true
    )
  } catch {
    return false
  }
}
