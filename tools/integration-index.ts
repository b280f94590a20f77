import type { StandardOperations } from '@sallyport/contract'
import { levelNames } from './integration-data.ts'

const use = `## Using them

\`GET /v1/providers/{id}/operations\` lists the operations of an entry, each with its input, its steps and an example.`

const evidence = `## How well an operation is known

| level | the request was read in |
|---|---|
| OpenAPI | the vendor’s OpenAPI document or SDK |
| documentation | the vendor’s documentation |
| public source | another public source, as a test or a connector |
| unverified | nothing that was read again: it is what the API was known to be, and the documentation of the vendor has the last word |`

/** The page that lists the integrations. */
export function integrationIndex(integrations: readonly StandardOperations[]): string {
  const levels = Object.entries(levelNames)
  const rows = integrations.map(({ family, name, providers, operations }) => {
    const counts = levels.map(
      ([level]) => operations.filter((operation) => operation.evidence.level === level).length,
    )
    const entries = providers.map((id) => `\`${id}\``).join(', ')
    return `| [${name}](${family}.md) | ${entries} | ${operations.length} | ${counts.join(' | ')} |`
  })
  const all = integrations.flatMap(({ operations }) => operations)
  const sums = levels.map(([level]) => all.filter((operation) => operation.evidence.level === level).length)
  return `# Standard integrations

<!-- Written by \`npm run docs\` from packages/catalog/operations and tools/integration-index.ts. Edit those. -->

${all.length} operations of ${integrations.length} APIs, ready to be taken over: typed inputs, requests, paging. Each API is a file of data,
\`packages/catalog/operations/<family>.json\`; how to authenticate is in [the catalogue](../catalogue.md).

| API | entries | operations | ${levels.map(([, name]) => name).join(' | ')} |
|---|---|---|${levels.map(() => '---|').join('')}
${rows.join('\n')}
| | | **${all.length}** | ${sums.map((sum) => `**${sum}**`).join(' | ')} |

${use}

${evidence}
`
}
