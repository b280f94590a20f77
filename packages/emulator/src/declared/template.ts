/** Values by the names that placeholders have. */
export type Values = Readonly<Record<string, string>>

/** A text taken apart: what stands there, and what a value stands for. */
export type Part = { readonly text: string } | { readonly name: string }

const placeholder = /\{\{([^{}]*)\}\}|\{([A-Za-z_]\w*(?:\.\w+)*)\}/g

/** The parts of a template; `{{x}}` is the text `{x}`. */
export function partsOf(template: string): Part[] {
  const parts: Part[] = []
  let end = 0
  for (const match of template.matchAll(placeholder)) {
    if (match.index > end) parts.push({ text: template.slice(end, match.index) })
    parts.push(match[2] === undefined ? { text: `{${match[1]}}` } : { name: match[2] })
    end = match.index + match[0].length
  }
  if (end < template.length) parts.push({ text: template.slice(end) })
  return parts
}

/** The names that a template asks for. */
export function namesIn(template: string): string[] {
  return partsOf(template).flatMap((part) => ('name' in part ? [part.name] : []))
}

/** The text that a template stands for; undefined where it asks for a value that there is not. */
export function filled(template: string, values: Values): string | undefined {
  let text = ''
  for (const part of partsOf(template)) {
    const value = 'text' in part ? part.text : known(part.name, values)
    if (value === undefined) return undefined
    text += value
  }
  return text
}

/**
 * What a text has in place of the values that are not known yet, by their names; undefined where the text is not
 * what the template says.
 *
 * @example
 * captured('Bearer {token}', 'Bearer abc', {}) // { token: 'abc' }
 */
export function captured(template: string, text: string, values: Values): Values | undefined {
  const names: string[] = []
  const pattern = partsOf(template).map((part) => {
    if ('text' in part) return literally(part.text)
    const value = known(part.name, values)
    if (value !== undefined) return literally(value)
    const at = names.indexOf(part.name)
    if (at !== -1) return `(?:\\${at + 1})`
    names.push(part.name)
    return '([\\s\\S]+?)'
  })
  const match = new RegExp(`^${pattern.join('')}$`).exec(text)
  if (!match) return undefined
  return Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? '']))
}

function known(name: string, values: Values): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
