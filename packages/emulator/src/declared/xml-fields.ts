/** The elements of a small document as fields: text, or an object of further ones. No attributes. */
export function xmlFields(text: string): unknown {
  const source = text.replace(/^\s*<\?xml[^>]*\?>/, '').trim()
  if (!source.startsWith('<')) return unescaped(source)
  const fields: Record<string, unknown> = {}
  const element = /<([A-Za-z_][\w.-]*)(?:\s*\/>|>([\s\S]*?)<\/\1>)\s*/gy
  while (element.lastIndex < source.length) {
    const match = element.exec(source)
    if (!match) throw new SyntaxError('This is no XML.')
    fields[match[1] ?? ''] = xmlFields(match[2] ?? '')
  }
  return fields
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '')
}

/** A text as it stands in an element. */
export function escapedXml(text: string): string {
  return text.replace(/[<>"'&]/g, (character) => {
    const name = Object.keys(entities).find((each) => entities[each] === character)
    return `&${name};`
  })
}
