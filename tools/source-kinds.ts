/** What a stretch of TypeScript is, told apart just well enough to search one kind and not another. */
export type Kind = 'code' | 'comment' | 'string' | 'template' | 'expression'

// A slash after one of these begins a regular expression; after anything else it divides.
const beforeExpression =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield|void|delete))$/

const beginnings: readonly { readonly kind: Kind; readonly pattern: RegExp }[] = [
  { kind: 'comment', pattern: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y },
  { kind: 'string', pattern: /'(?:\\[\s\S]|[^'\\\n])*'?|"(?:\\[\s\S]|[^"\\\n])*"?/y },
  { kind: 'expression', pattern: /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y },
]

const templatePart = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(`|\$\{|$)/y

/** Blanks the named kinds out of a source, each character by a space, so that offsets and lines stay. */
export function blank(source: string, ...kinds: readonly Kind[]): string {
  let result = ''
  let offset = 0
  let code = ''
  // For each template literal that we are inside an expression of: how many braces are open in it.
  const openBraces: number[] = []

  const take = (kind: Kind, length: number) => {
    const text = source.slice(offset, offset + length)
    result += kinds.includes(kind) ? text.replace(/[^\n]/g, ' ') : text
    code = kind === 'comment' ? code : kind === 'code' ? (code + text).slice(-20) : '"'
    offset += length
  }

  const takeTemplate = () => {
    templatePart.lastIndex = offset
    const [text, end] = templatePart.exec(source) ?? ['', '']
    take('template', text.length)
    if (end !== '${') return
    openBraces.push(0)
    code = '{'
  }

  while (offset < source.length) {
    const found = segmentAt(source, offset, code.trimEnd())
    const character = source.charAt(offset)
    const depth = openBraces.at(-1)
    if (found) take(found.kind, found.length)
    else if (character === '`' || (character === '}' && depth === 0)) {
      if (character === '}') openBraces.pop()
      take('template', 1)
      takeTemplate()
    } else {
      if (depth !== undefined && character === '{') openBraces[openBraces.length - 1] = depth + 1
      if (depth !== undefined && character === '}') openBraces[openBraces.length - 1] = depth - 1
      take('code', 1)
    }
  }
  return result
}

function segmentAt(source: string, offset: number, codeBefore: string) {
  for (const { kind, pattern } of beginnings) {
    if (kind === 'expression' && !beforeExpression.test(codeBefore)) continue
    pattern.lastIndex = offset
    const match = pattern.exec(source)
    if (match) return { kind, length: match[0].length }
  }
  return undefined
}
