import type { AnyEventReply } from '@sallyport/contract'

/** So many rows are shown at once: what is older is on the next page. */
const mostShown = 500

/** What of the newest page is not shown yet, newest first. */
export function freshOf(
  page: readonly AnyEventReply[],
  shown: readonly AnyEventReply[],
): readonly AnyEventReply[] {
  const known = new Set(shown.map(({ id }) => id))
  return page.filter(({ id }) => !known.has(id))
}

/** Whether so many happened since that a page does not reach back to what is shown: some between are missing. */
export function hasGap(
  page: readonly AnyEventReply[],
  shown: readonly AnyEventReply[],
  size: number,
): boolean {
  return shown.length > 0 && page.length >= size && freshOf(page, shown).length === page.length
}

/**
 * What is shown with what came, newest first. Several processes write events, so what comes later can belong between those
 * that are there.
 */
export function withFresh(
  shown: readonly AnyEventReply[],
  fresh: readonly AnyEventReply[],
): readonly AnyEventReply[] {
  return [...fresh, ...shown].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, mostShown)
}
