import { invalid } from './error.ts'

const mostLevels = 64

/**
 * Refuses what is nested deeper than any definition needs, before anything walks into it and runs out of stack.
 *
 * @throws SallyportError definition_invalid, or with another code
 */
export function checkDepth(
  definition: unknown,
  code: 'definition_invalid' | 'input_invalid' = 'definition_invalid',
): void {
  let level = [definition]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > mostLevels) {
      const message = `There are at most ${mostLevels} levels. Nest it less deeply.`
      throw invalid(code, [{ path: '', code: 'too_deep', message }])
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    )
  }
}
