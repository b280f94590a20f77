import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import { addressOf } from '../../api/addresses.ts'
import { MomentField } from '../../ui/moment-field.tsx'
import { Section } from '../../ui/page.tsx'
import classes from './audit.module.css'
import { exportPath } from './export-path.ts'

/** Takes entries along, as fast as they are read: the browser stores them as they come. */
export function Exporting() {
  const [after, setAfter] = useState<number>()
  const [since, setSince] = useState<string>()
  const [until, setUntil] = useState<string>()
  const path = (format: 'jsonl' | 'csv') => addressOf(exportPath({ after, since, until, format }))
  return (
    <Section title="Export">
      <p className={classes.note}>
        Entries, oldest first, with their places in the chain. Lines of JSON can be verified anywhere, without
        database or key: <code>sallyport audit verify --file</code>. Tables are for reading.
      </p>
      <div className={classes.fields}>
        <MomentField label="Since" at={since} onChange={setSince} />
        <MomentField label="Until" at={until} onChange={setUntil} />
        <NumberInput
          label="After place"
          placeholder="From the first one on"
          min={0}
          allowDecimal={false}
          hideControls
          value={after ?? ''}
          onChange={(value) => setAfter(typeof value === 'number' ? value : undefined)}
        />
      </div>
      <div className={classes.ways}>
        <a href={path('jsonl')} download="audit.jsonl">
          Download as lines of JSON
        </a>
        <a href={path('csv')} download="audit.csv">
          Download as a table (CSV)
        </a>
      </div>
    </Section>
  )
}
