import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/page.tsx'
import { Table } from '../../ui/table.tsx'
import { type Part, partsOf } from './definition-facts.ts'
import classes from './integration.module.css'
import type { Integration } from './queries.ts'

/** A definition as it stands, in the order of its form; of its secrets only that they are set. */
export function DefinitionView({ integration }: { readonly integration: Integration }) {
  const { id, key, baseUrl, provider, providerVersion, hosts = [], parameters = [] } = integration
  const { createdAt, updatedAt, secretsSet, warnings, redirectUri, ...definition } = integration
  const { id: _, ...written } = definition
  const json = JSON.stringify(written, undefined, 2)
  const parts = partsOf(integration)
  const isLast = ({ title }: Part) => title === 'Advanced'
  return (
    <Section title="Definition">
      <div className={classes.parts}>
        <div>
          <h3>Properties</h3>
          <Facts
            facts={{
              Key: <code>{key}</code>,
              'Base URL': baseUrl === undefined ? 'none: calls name their address' : <code>{baseUrl}</code>,
              Provider: provider && `${provider}, version ${providerVersion ?? 1} of its entry`,
              'Integration id': <code>{id}</code>,
              Created: <Moment at={createdAt} />,
              Changed: <Moment at={updatedAt} />,
            }}
          />
        </div>
        {parameters.length > 0 && (
          <div>
            <h3>Parameters</h3>
            <Parameters parameters={parameters} />
          </div>
        )}
        {parts
          .filter((part) => !isLast(part))
          .map((part) => (
            <PartView key={part.title} part={part} />
          ))}
        <div>
          <h3>Hosts</h3>
          <p>
            {hosts.length === 0 ? 'Exactly those of the addresses above.' : <code>{hosts.join('  ')}</code>}
          </p>
        </div>
        {parts.filter(isLast).map((part) => (
          <PartView key={part.title} part={part} />
        ))}
      </div>
      <details className={classes.whole}>
        <summary>As JSON</summary>
        <CodeBlock label="Definition as JSON">{json}</CodeBlock>
        <CopyButton text={json} label="Copy the JSON" />
      </details>
    </Section>
  )
}

function PartView({ part: { title, fields } }: { readonly part: Part }) {
  return (
    <div>
      <h3>{title}</h3>
      <Facts facts={Object.fromEntries(fields)} />
    </div>
  )
}

function Parameters({ parameters }: { readonly parameters: NonNullable<Integration['parameters']> }) {
  return (
    <Table heads={['Parameter', 'Label', 'Kind', 'Asked for']}>
      {parameters.map(({ name, label, kind, required, secret, default: preset }) => (
        <tr key={name}>
          <th scope="row">
            <code>{`{${name}}`}</code>
          </th>
          <td data-label="Label">{label ?? '–'}</td>
          <td data-label="Kind">{secret ? 'secret' : (kind ?? 'text')}</td>
          <td data-label="Asked for">
            {required ? 'always' : preset === undefined ? 'may be left out' : `else ${preset}`}
          </td>
        </tr>
      ))}
    </Table>
  )
}
