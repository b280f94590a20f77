import type { StandardOperations } from '@sallyport/contract'
import { levelNames } from './integration-data.ts'

const use = `## Using them

\`GET /v1/providers/{id}/operations\` lists the operations of an entry, each with its input, its steps and an example. One is taken over
by its id, or several at once; \`integration\` or \`adapter\` say whose accounts they are for:

\`\`\`json
POST /v1/operations
{"key":"text","provider":"twilio","operation":"sendMessage"}
POST /v1/providers/zendesk/operations
{"operations":["createTicket","listTickets"]}
\`\`\`

What is made is an operation of yours, a copy: a later change of the catalogue does not change it. Whatever is said besides stands in
place of what the catalogue says, field by field (JSON merge patch), as
\`"input": {"properties": {"From": {"default": "+13175550100"}}}\`. Without a \`key\` it is called for its family and id,
\`twilioSendMessage\`. Without \`operations\` all that the entry has are made; those whose keys are taken already stay as they are,
and are named in \`skipped\`.

[An operation](../operations.md) is run by its key, for an account:

\`\`\`json
POST /v1/operations/text/run
{"account":"acc_…","input":{"To":"+13175550101","From":"+13175550100","Body":"Hello"}}
\`\`\`

Where an API tells its own fields, the schema of the input is made of what it tells. The account’s org is asked which fields an object
has, which must be given, and what its picklists offer:

\`\`\`json
POST /v1/operations/salesforceCreateRecord/input
{"account":"acc_…","input":{"object":"Account"}}
\`\`\``

const evidence = `## How well an operation is known

| level | the request was read in |
|---|---|
| OpenAPI | the vendor’s OpenAPI document or SDK |
| documentation | the vendor’s documentation |
| public source | another public source, as a test or a connector |
| unverified | nothing that was read again: it is what the API was known to be, and the documentation of the vendor has the last word |

Whatever its level, each operation runs in the tests of Sallyport against an API on the same machine, which expects the example that is
in its file: path, query, headers and body, lists over two pages. What the tests cannot show is that the vendor expects the same.`

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
