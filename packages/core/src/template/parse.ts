/** A piece of a template: text that stays, or a name to be replaced. */
export type TemplatePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string }

/** A text with placeholders, taken apart once. */
export interface Template {
  readonly parts: readonly TemplatePart[]
  /** The whole text when there is nothing to replace. */
  readonly constant: string | undefined
}

const word = '[A-Za-z_][A-Za-z0-9_]*'
const path = `${word}(?:\\.${word})*`
const marksOf = (names: string) => new RegExp(`\\{\\{(${names})\\}\\}|\\{(${names})\\}`, 'g')
const wordMarks = marksOf(path)

/** Also members of JSON that are no words, and of XML: `{steps.find.body.0.first-name}`, `{steps.read.soap:Body.@id}`. */
export const jsonPathMarks = marksOf(`${word}(?:\\.[A-Za-z0-9_@#$:-]+)*`)

/** Reads `{name}` and `{path.sub}`; `{{name}}` is the literal `{name}`, and other braces are literal. */
export function parseTemplate(text: string, marks = wordMarks): Template {
  const parts: TemplatePart[] = []
  let literal = ''
  let end = 0
  for (const match of text.matchAll(marks)) {
    const [whole, escaped, name] = match
    literal += text.slice(end, match.index)
    end = match.index + whole.length
    if (name === undefined) {
      literal += `{${escaped}}`
      continue
    }
    if (literal !== '') parts.push({ kind: 'literal', text: literal })
    literal = ''
    parts.push({ kind: 'placeholder', name })
  }
  literal += text.slice(end)
  if (literal !== '') parts.push({ kind: 'literal', text: literal })
  const constant = parts.some((part) => part.kind === 'placeholder') ? undefined : literal
  return { parts, constant }
}

/** The names that a template asks for, each once. */
export function placeholders(template: Template): readonly string[] {
  return [...new Set(template.parts.flatMap((part) => (part.kind === 'placeholder' ? [part.name] : [])))]
}
