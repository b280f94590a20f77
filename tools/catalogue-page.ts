import type { ProviderEntry } from '@sallyport/contract'
import { type Capability, capabilities } from './catalogue-capabilities.ts'
import type { Unusable } from './catalogue-data.ts'

const use = `## Using it

\`GET /v1/providers\` searches by \`q\` (name, id, family), \`family\` and \`auth\`; \`GET /v1/providers/{id}\` shows an entry, and in \`open\`
what it leaves to you. An integration needs that, a key, and nothing else:

\`\`\`json
POST /v1/integrations
{"key":"crm","provider":"hubspot","auth":{"clientId":"…","clientSecret":"…","scopes":["crm.objects.contacts.read"]}}
\`\`\`

What is missing is named all at once, with the field and what the provider calls it. Whatever is said besides stands in place
of what the entry says, field by field (JSON merge patch): \`"test": null\` leaves out its trial, \`"auth": {"pkce": "off"}\` changes one
thing. \`api\` and \`version\` choose one of the entry's \`apis\`.

The integration that is made is whole: a copy, with \`provider\` and \`providerVersion\`, the version of the entry that it was copied
from. A later change of the catalogue does not change it. A definition that names a \`providerVersion\` is taken as it stands.

OAuth clients that many integrations share are made likewise, and their integrations add their own scopes:

\`\`\`json
POST /v1/oauth-clients
{"key":"google","provider":"google","clientId":"…","clientSecret":"…"}
POST /v1/integrations
{"key":"calendar","provider":"google-calendar","auth":{"client":"google","scopes":["https://www.googleapis.com/auth/calendar"]}}
\`\`\`

Entries of one API that differ in how they authenticate are of one \`family\`: \`airtable\` and \`airtable-pat\`. What an account has to
give is in the definition's \`parameters\` and in \`secret\`, which says what the provider calls a token, a user name or a password.
Where each account is a client of its own, as with client credentials, id and secret are parameters of the account. Where a
parameter chooses the host that the client secret goes to, the entry lists the \`hosts\`, or asks you for them.`

const evidence = `## How well an entry is known

Entries hold facts that public sources agree on. Nothing in them was made up: what nobody knows is left out. \`evidence\` says how far
each can be relied on; its fields are named by JSON Pointers into the entry.

| | meaning |
|---|---|
| \`confidence\` | \`curated\`: gone through by hand, field by field; \`high\`: three sources or more agree on the addresses; \`medium\`: fewer, and two or more know it |
| \`sources\`, \`agreement\` | how many public sources know the provider, and how many of them agree on its addresses |
| \`assumed\` | one source's default, or the standard's; no source confirms it |
| \`unconfirmed\` | set by hand; no source confirms it |
| \`derived\` | follows from other facts: hosts from addresses, the API's address from that of its user info |
| \`missing\` | known by no source |
| \`conflicts\` | what other sources say, and how many |
| \`alternatives\` | another protocol that sources know the provider by |

Headers of bodies (\`Content-Type\`) are left to callers; \`contentType\` says what the API takes. \`testCandidates\` are requests that sources
try with and that may need more than is known; \`test\` is one that works as it stands. \`response_mode=query\`, which some sources send,
is the standard's default and left out.`

/** The page of the catalogue: how to use it, and what it holds. */
export function cataloguePage(entries: readonly ProviderEntry[], unusable: readonly Unusable[]): string {
  const introduction = `# The catalogue

<!-- Written by \`npm run docs\` from packages/catalog and tools/catalogue-page.ts. Edit those. -->

What is known of how ${entries.length} APIs authenticate: addresses, verbs, formats and departures, so that nobody has to look them up. Each is
a file of data, \`packages/catalog/providers/<id>.json\`.`
  return `${[
    introduction,
    use,
    evidence,
    evidenceCounts(entries),
    '## What entries say',
    'How many entries use which part of a definition, and three of them each.',
    ...Object.entries(capabilities).map(([title, rows]) => capabilityTable(title, rows, entries)),
    lacks(entries),
    notUsable(unusable),
  ].join('\n\n')}\n`
}

function evidenceCounts(entries: readonly ProviderEntry[]): string {
  const count = (has: (entry: ProviderEntry) => unknown) => entries.filter(has).length
  const says = (field: 'assumed' | 'unconfirmed' | 'missing', path: string) =>
    count(({ evidence }) => evidence[field]?.includes(path))
  const rows: readonly (readonly [string, number])[] = [
    ['curated', count(({ evidence }) => evidence.confidence === 'curated')],
    ['of high confidence', count(({ evidence }) => evidence.confidence === 'high')],
    ['of medium confidence', count(({ evidence }) => evidence.confidence === 'medium')],
    ['with conflicts between sources', count(({ evidence }) => evidence.conflicts)],
    ['whose client authentication is assumed', says('assumed', '/definition/auth/clientAuthentication')],
    ['that are assumed to take PKCE', says('assumed', '/definition/auth/pkce')],
    ['whose documentation is not known', says('missing', '/docs')],
    ['known by old sources alone', count(({ evidence }) => evidence.legacyOnly)],
  ]
  return ['| entries | |', '|---|---|', ...rows.map(([text, number]) => `| ${text} | ${number} |`)].join('\n')
}

function capabilityTable(
  title: string,
  rows: readonly Capability[],
  entries: readonly ProviderEntry[],
): string {
  const lines = rows.map(([name, field, has]) => {
    const found = entries.filter(has)
    return `| ${name} | ${field} | ${found.length} | ${examples(found)} |`
  })
  return [`### ${title}`, '', '| | field | entries | as |', '|---|---|---|---|', ...lines].join('\n')
}

/** Those that were gone through by hand come first. */
function examples(found: readonly ProviderEntry[]): string {
  const curated = found.filter(({ evidence }) => evidence.confidence === 'curated')
  const rest = found.filter(({ evidence }) => evidence.confidence !== 'curated')
  return [...curated, ...rest]
    .slice(0, 3)
    .map(({ id }) => `\`${id}\``)
    .join(', ')
}

function lacks(entries: readonly ProviderEntry[]): string {
  const names = [...new Set(entries.flatMap(({ lacks = [] }) => lacks))].sort()
  const lines = names.map((name) => {
    const found = entries.filter((entry) => entry.lacks?.includes(name))
    return `| ${name} | ${found.length} | ${found.map(({ id }) => `\`${id}\``).join(', ')} |`
  })
  return [
    '## What definitions cannot say yet',
    '',
    'These entries work without; what the provider offers besides, or asks for in some cases, has no field so far.',
    '',
    '| | entries | |',
    '|---|---|---|',
    ...lines,
  ].join('\n')
}

function notUsable(unusable: readonly Unusable[]): string {
  return [
    '## Not usable',
    '',
    `${unusable.length} providers have no entry, because a fact, or a field for it, is missing.`,
    '',
    '| provider | missing |',
    '|---|---|',
    ...unusable.map(({ id, name, missing }) => `| ${name} (\`${id}\`) | ${missing.join(', ')} |`),
  ].join('\n')
}
