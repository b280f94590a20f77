/** The first form of a page, with what would be sent if nothing were typed. */
export interface HtmlForm {
  action: string
  method: string
  fields: Map<string, string>
  /** Names of fields a person types into. */
  typed: string[]
  /** Buttons that carry a value. */
  buttons: { name: string; value: string }[]
}

/** Reads simple, well-formed HTML such as servers render for sign-in; not a parser for the web. */
export function formIn(html: string): HtmlForm | undefined {
  const match = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html)
  if (!match) return undefined
  const [, ownAttributes = '', content = ''] = match
  const form: HtmlForm = {
    action: attribute(ownAttributes, 'action') ?? '',
    method: (attribute(ownAttributes, 'method') ?? 'get').toUpperCase(),
    fields: new Map(),
    typed: [],
    buttons: [],
  }
  for (const [, tag = '', attributes = ''] of content.matchAll(/<(input|button)\b([^>]*)>/gi)) {
    const name = attribute(attributes, 'name')
    const value = attribute(attributes, 'value') ?? ''
    const type = attribute(attributes, 'type') ?? (tag.toLowerCase() === 'button' ? 'submit' : 'text')
    if (name === undefined) continue
    if (type === 'submit') form.buttons.push({ name, value })
    else form.fields.set(name, value)
    if (['text', 'password', 'email'].includes(type)) form.typed.push(name)
  }
  return form
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
    attributes,
  )
  const value = match?.[1] ?? match?.[2] ?? match?.[3]
  return value === undefined ? undefined : decoded(value)
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal))
    if (hexadecimal) return String.fromCodePoint(Number.parseInt(hexadecimal, 16))
    return entities[name] ?? whole
  })
}
