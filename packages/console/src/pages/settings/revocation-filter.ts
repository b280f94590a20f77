import type { RevocationFilter } from '@sallyport/contract'

/** What somebody writes of which accounts a revocation takes. */
export interface FilterDraft {
  readonly integration: string
  readonly client: string
  readonly environment: string
  readonly key: string
  /** As a field for a local time has it. */
  readonly since: string
  readonly until: string
  readonly all: boolean
}

export const emptyFilter: FilterDraft = {
  ...{ integration: '', client: '', environment: '', key: '', since: '', until: '', all: false },
}

/** The same as the API takes it: what is empty narrows nothing down. */
export function filterOf(draft: FilterDraft): RevocationFilter {
  if (draft.all) return { all: true }
  const { integration, client, environment, key } = draft
  const texts = { integration, client, environment, key: key.trim() }
  const moments = { connectedSince: momentOf(draft.since), connectedUntil: momentOf(draft.until) }
  return Object.fromEntries(
    Object.entries({ ...texts, ...moments }).filter(([, value]) => value !== undefined && value !== ''),
  )
}

function momentOf(local: string): string | undefined {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

const names: Readonly<Record<keyof RevocationFilter, string>> = {
  integration: 'integration',
  client: 'OAuth client',
  environment: 'environment',
  key: 'API key',
  connectedSince: 'connected since',
  connectedUntil: 'connected before',
  all: 'all accounts',
}

/** Which accounts those are, in words. */
export function filterWords(filter: RevocationFilter): string {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const words = names[name as keyof RevocationFilter]
      return value === true ? words : `${words} ${value}`
    })
    .join(', ')
}
