import { z } from 'zod'

/** Key of an integration, environment and so on: unique and found without regard to case, never changes. */
export const Key = z
  .string()
  .regex(/^[A-Za-z0-9]{1,64}$/, 'must be 1 to 64 letters and digits, nothing else')
  .describe('1 to 64 letters and digits; unique without regard to case; never changes')

/** What keys are compared by. */
export function foldKey(key: string): string {
  return key.toLowerCase()
}
