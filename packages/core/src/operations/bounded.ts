import { SallyportError } from '../error.ts'
import type { Slot } from '../template/slots.ts'
import { charactersLeft } from './steps/sandbox/limited-json.ts'

const longestContent = 16 * 1024 * 1024
/** What stands in an address or a header. */
const longestElsewhere = 64 * 1024

/**
 * What a template made of values, itself: templates may say a large one often, and be said often themselves.
 *
 * @throws SallyportError step_limit_reached
 */
export function bounded<T>(value: T): T {
  if (charactersLeft(value, longestContent) < 0) throw tooLong(longestContent)
  return value
}

/** Texts in one. @throws SallyportError step_limit_reached */
export function boundedText(parts: readonly string[], slot: Slot): string {
  const longest = slot === 'json' || slot === 'text' ? longestContent : longestElsewhere
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > longest) throw tooLong(longest)
  return parts.join('')
}

/** How long the texts may still become that one step makes of templates, all of them together. */
export class Room {
  #left = longestContent

  /** @throws SallyportError step_limit_reached */
  take(text: string): void {
    this.#left -= text.length
    if (this.#left < 0) throw tooLong(longestContent)
  }
}

/** How many characters it has as JSON, where it is bounded. */
export function lengthOf(value: unknown): number {
  return longestContent - charactersLeft(value, longestContent)
}

function tooLong(longest: number): SallyportError {
  return new SallyportError('step_limit_reached', {
    message: `What the step makes of its template is longer than ${longest} characters. Have it say less.`,
  })
}
