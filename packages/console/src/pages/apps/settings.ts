/** A setting as fields have it. */
export interface SettingRow {
  readonly id: number
  readonly name: string
  readonly value: string
}

export function rowsOf(settings: Readonly<Record<string, string>>): readonly SettingRow[] {
  return Object.entries(settings).map(([name, value], id) => ({ id, name, value }))
}

/** A row more, which none of the others can be taken for. */
export function withRow(rows: readonly SettingRow[]): readonly SettingRow[] {
  return [...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, name: '', value: '' }]
}

/** The settings that rows stand for; rows without a name and a value are none. Names that stand twice are named in `repeated`. */
export function settingsOf(rows: readonly SettingRow[]): {
  readonly settings: Readonly<Record<string, string>>
  readonly repeated: readonly string[]
} {
  const given = rows.filter(({ name, value }) => name !== '' || value !== '')
  const names = given.map(({ name }) => name)
  return {
    settings: Object.fromEntries(given.map(({ name, value }) => [name, value])),
    repeated: [...new Set(names.filter((name, index) => names.indexOf(name) !== index))],
  }
}
