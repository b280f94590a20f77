import { runInNewContext } from 'node:vm'

const longestMilliseconds = 100
const mostAttempts = 10

/**
 * Whether a value matches a definition's pattern. Patterns are their author's, and one like `(a+)+$` can take
 * longer than the universe: such a match is cut off, and counts as none.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const before = process.cpuUsage()
    try {
      const context = { pattern, value }
      const code = "new RegExp(pattern, 'u').test(value)"
      return runInNewContext(code, context, { timeout: longestMilliseconds }) === true
    } catch {
      // Time passes as well while a busy machine works for others, and no value is to be refused for that.
      const { user, system } = process.cpuUsage(before)
      const isOurs = user + system > (longestMilliseconds * 1000) / 2
      if (isOurs) return false
    }
  }
  return false
}
