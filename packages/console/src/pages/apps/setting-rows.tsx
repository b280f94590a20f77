import { Button, TextInput } from '@mantine/core'
import { faultAt } from '../../api/faults.ts'
import classes from './fields.module.css'
import { type SettingRow, withRow } from './settings.ts'

/** Settings of a profile, a name and a value each. */
export function SettingRows(content: {
  readonly rows: readonly SettingRow[]
  readonly error: unknown
  readonly onChange: (rows: readonly SettingRow[]) => void
}) {
  const { rows, error, onChange } = content
  const set = (id: number, change: Partial<SettingRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)))
  return (
    <fieldset className={classes.group}>
      <legend>Settings</legend>
      <p className={classes.note}>
        Definitions use them as {'{profile.name}'}. Whoever may read apps sees them, so they are no place for
        secrets.
      </p>
      {rows.map(({ id, name, value }, index) => (
        <div key={id} className={classes.setting}>
          <TextInput
            aria-label={`Name of setting ${index + 1}`}
            placeholder="Name"
            maxLength={64}
            value={name}
            error={faultAt(error, `/settings/${escaped(name)}`)}
            onChange={(event) => set(id, { name: event.currentTarget.value })}
          />
          <TextInput
            aria-label={`Value of setting ${index + 1}`}
            placeholder="Value"
            maxLength={4096}
            value={value}
            onChange={(event) => set(id, { value: event.currentTarget.value })}
          />
          <Button
            variant="default"
            aria-label={`Remove setting ${index + 1}`}
            onClick={() => onChange(rows.filter((row) => row.id !== id))}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button size="xs" variant="default" mt="xs" onClick={() => onChange(withRow(rows))}>
        Add a setting
      </Button>
    </fieldset>
  )
}

/** As a JSON Pointer has it. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
