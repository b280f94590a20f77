import { escapeHtml } from './layout.ts'

export interface Field {
  readonly label: string
  readonly name: string
  /** Where another form of the page has a field of this name. */
  readonly id?: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly hint?: string
  readonly minlength?: number
  readonly isNumeric?: boolean
}

export interface Form {
  /** The whole path. */
  readonly action: string
  readonly fields: readonly Field[]
  /** What goes along unseen. */
  readonly hidden?: Readonly<Record<string, string | undefined>>
  readonly button: string
  readonly isQuiet?: boolean
}

/** A form of ours; every text and value is escaped. */
export function form({ action, fields, hidden = {}, button, isQuiet = false }: Form): string {
  const unseen = Object.entries(hidden).flatMap(([name, value]) =>
    value === undefined ? [] : [`<input type="hidden" name="${name}" value="${escapeHtml(value)}">`],
  )
  return `<form method="post" action="${escapeHtml(action)}">
${[...unseen, ...fields.map(labelled)].join('\n')}
<button type="submit"${isQuiet ? ' class="quiet"' : ''}>${escapeHtml(button)}</button>
</form>`
}

function labelled(field: Field): string {
  const { label, name, type = 'text', autocomplete, value, hint, minlength, isNumeric } = field
  const id = field.id ?? name
  const attributes = [
    `id="${id}" name="${name}" type="${type}" autocomplete="${autocomplete}" required maxlength="1000"`,
    ...(minlength === undefined ? [] : [`minlength="${minlength}"`]),
    ...(isNumeric ? ['inputmode="numeric"'] : []),
    ...(type === 'text' ? ['spellcheck="false"'] : []),
    ...(hint === undefined ? [] : [`aria-describedby="${id}-hint"`]),
    ...(value === undefined ? [] : [`value="${escapeHtml(value)}"`]),
  ]
  return `<label for="${id}">${escapeHtml(label)}</label>
<input ${attributes.join(' ')}>${hint === undefined ? '' : `\n<p class="hint" id="${id}-hint">${escapeHtml(hint)}</p>`}`
}
