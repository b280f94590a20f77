import type { Placement } from '@sallyport/contract'
import { parseTemplate } from '../template/parse.ts'
import { render } from '../template/render.ts'
import type { Placed } from './scheme.ts'

/** A placement's template, or the default of its place; `word` is what a header's default begins with. */
export function placementTemplate(placement: Placement, word = 'Bearer'): string {
  return placement.template ?? (placement.in === 'header' ? `${word} {token}` : '{token}')
}

/** Renders each placement with the credential's values; the query is encoded when the address is built. */
export function placeValues(
  placements: readonly Placement[],
  values: Readonly<Record<string, string>>,
  word?: string,
): Placed {
  const headers: [string, string][] = []
  const query: [string, string][] = []
  for (const placement of placements) {
    const template = parseTemplate(placementTemplate(placement, word))
    if (placement.in === 'header') {
      headers.push([placement.name ?? 'Authorization', render(template, values, 'header')])
    } else {
      query.push([placement.name, render(template, values, 'text')])
    }
  }
  return { headers, query }
}
