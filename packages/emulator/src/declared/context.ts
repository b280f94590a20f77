import type { Definition } from '@sallyport/contract'
import type { Values } from './template.ts'
import type { TokenBook } from './token-book.ts'

/** How a provider behaves where its definition leaves it open; may be changed while it runs. */
export interface Conduct {
  /** Seconds that access tokens live; undefined: as the definition makes one expect. */
  expiresInSeconds: number | undefined
  /** Whether each refresh brings a new refresh token; undefined: as the definition says, else yes. */
  rotates: boolean | undefined
  /** Ask a person on a page, or send the browser back at once. */
  asksOnPage: boolean
  /** Which requests are refused, whatever they bring: calls, as not authorized or as too many, or those for a token. */
  refusing: 'nothing' | 'credential' | 'rate' | 'token'
}

/** What all parts of a provider share. */
export interface Context {
  readonly definition: Definition
  /** Known from the beginning, and what it will tell. */
  readonly values: Values
  readonly book: TokenBook
  readonly conduct: Conduct
  readonly now: () => number
}
