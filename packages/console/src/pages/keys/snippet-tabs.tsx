import { Tabs } from '@mantine/core'
import { CopyButton } from '../../ui/copy-button.tsx'
import classes from './snippet-tabs.module.css'
import type { Snippets } from './snippets.ts'

const kinds = [
  { value: 'curl', label: 'curl', note: 'In a terminal, to try it now.' },
  {
    value: 'fetch',
    label: 'fetch',
    note: 'In a program that runs on a server. Never in a page: whoever loads it has the key.',
  },
  { value: 'environment', label: 'Environment', note: 'What the program with fetch reads its key from.' },
] as const satisfies readonly {
  readonly value: keyof Snippets
  readonly label: string
  readonly note: string
}[]

/** A first call, ready to be taken along. */
export function SnippetTabs({ snippets }: { readonly snippets: Snippets }) {
  return (
    <Tabs defaultValue="curl">
      <Tabs.List aria-label="How to call">
        {kinds.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {kinds.map(({ value, label, note }) => (
        <Tabs.Panel key={value} value={value} className={classes.panel ?? ''}>
          <p className={classes.note}>{note}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that it can be scrolled by the keyboard */}
          <section tabIndex={0} aria-label={`Snippet for ${label}`} className={classes.text}>
            <pre>{snippets[value]}</pre>
          </section>
          <CopyButton text={snippets[value]} label={`Copy for ${label}`} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
