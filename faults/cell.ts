import type { Dice } from '@sallyport/testkit'
import type { Site } from './site.ts'

/** One fault at one place, on one site, for an account of its own. */
export interface Cell {
  readonly title: string
  /** @returns what is wrong; empty where every promise was kept */
  run(site: Site, chance: Dice): Promise<readonly string[]>
}
