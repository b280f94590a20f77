import { useMay } from '../../api/use-may.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/page.tsx'
import { Way } from '../../ui/way.tsx'
import { Asked } from './asked.tsx'
import { evidenceFacts, knownFacts } from './known-facts.tsx'
import classes from './provider.module.css'
import type { Provider } from './queries.ts'

/** An entry of the catalogue: what to give, what is known, and how well. */
export function EntryView({ entry }: { readonly entry: Provider }) {
  const { id, docs, help, quirks = [], lacks = [], definition } = entry
  const mayWrite = useMay('integrations:write')
  const json = JSON.stringify(definition, undefined, 2)
  return (
    <>
      <div className={classes.actions}>
        {mayWrite && (
          <Way to="/integrations/new" search={{ provider: id }} isMain>
            Use this
          </Way>
        )}
        {docs !== undefined && (
          <a href={docs} target="_blank" rel="noreferrer">
            Its documentation, at the provider
          </a>
        )}
      </div>
      <Section title="What it asks for">
        {help !== undefined && <p>{help}</p>}
        <Asked entry={entry} />
      </Section>
      <Section title="What is known">
        <Facts facts={knownFacts(entry)} />
        <details className={classes.whole}>
          <summary>All of it, as JSON</summary>
          <CodeBlock label="Definition of the entry">{json}</CodeBlock>
          <CopyButton text={json} label="Copy the JSON" />
        </details>
      </Section>
      {quirks.length + lacks.length > 0 && (
        <Section title="Notes">
          <Notes title="Where it departs from the standard" notes={quirks.map(inWords)} />
          <Notes title="What it can, and definitions cannot say" notes={lacks} />
        </Section>
      )}
      <Section title="How well it is known">
        <Facts facts={evidenceFacts(entry)} />
      </Section>
    </>
  )
}

function Notes({ title, notes }: { readonly title: string; readonly notes: readonly string[] }) {
  if (notes.length === 0) return undefined
  return (
    <div className={classes.notes}>
      <h3>{title}</h3>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </div>
  )
}

function inWords(quirk: string): string {
  return quirk.replaceAll('-', ' ')
}
