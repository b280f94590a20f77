import { describe, expect, test } from 'vitest'
import { Catalogue } from './catalogue.ts'
import { searched } from './search.ts'

const entries = [
  { id: 'google', name: 'Google', family: 'google', auth: 'oauth2' },
  { id: 'google-mail', name: 'Gmail', family: 'google', auth: 'oauth2' },
  { id: 'gemini', name: 'Google Gemini', family: 'google', auth: 'api_token' },
  { id: 'hub-spot', name: 'HubSpot', family: 'hubspot', auth: 'oauth2' },
  { id: 'pokapi', name: 'Pokémon', family: 'pokapi', auth: 'api_token' },
].map((entry) => ({ ...entry, asks: [] }))
const ids = (search: Parameters<typeof searched>[1]) => searched(entries, search).map(({ id }) => id)

describe('a search', () => {
  test.each<[q: string, found: string[]]>([
    ['', ['gemini', 'google', 'google-mail', 'hub-spot', 'pokapi']],
    ['google', ['google', 'gemini', 'google-mail']],
    ['GMAIL', ['google-mail']],
    ['google ge', ['gemini']],
    ['hubspot', ['hub-spot']],
    ['pokemon', ['pokapi']],
    ['oogle', ['gemini', 'google', 'google-mail']],
    ['nothing', []],
    ['%_*', ['gemini', 'google', 'google-mail', 'hub-spot', 'pokapi']],
  ])('for %j finds %j, the best first', (q, found) => expect(ids({ q })).toEqual(found))

  test('is narrowed by family and type', () => {
    expect(ids({ family: 'google', auth: 'oauth2' })).toEqual(['google', 'google-mail'])
    expect(ids({ family: 'goog' })).toEqual([])
  })
})

describe('the catalogue', () => {
  const catalogue = new Catalogue()

  test('is read page by page, each entry once', async () => {
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await catalogue.search({ limit: 100, after })
      seen.push(...page.items.map(({ id }) => id))
      after = page.nextCursor
    } while (after !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThanOrEqual(440)
  })

  test('has an entry for each id that it finds, and for no other', async () => {
    const { items } = await catalogue.search({ family: 'salesforce', limit: 10, after: undefined })
    for (const { id, name } of items) expect(await catalogue.entry(id)).toMatchObject({ id, name })
    expect(items.length).toBeGreaterThan(3)
    expect(await catalogue.entry('../unusable')).toBeUndefined()
    expect(await catalogue.entry('nowhere')).toBeUndefined()
  })
})
