import { Refused } from './refused.ts'

const predefined: ReadonlySet<string> = new Set(['amp', 'lt', 'gt', 'quot', 'apos'])

const skipped = [
  { start: '<!--', end: '-->' },
  { start: '<![CDATA[', end: ']]>' },
  { start: '<?', end: '?>' },
] as const

/**
 * Refuses what XML grows by or reaches out with, before anything is made of it: document types, whatever they
 * declare, and references to entities that only they could declare; and markup of which parsers think differently.
 *
 * @throws Refused
 */
export function checkMarkup(text: string): void {
  let depth = 0
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('<', at)
    checkText(text.slice(at, open < 0 ? text.length : open), depth)
    if (open < 0) return
    const skip = skipped.find(({ start }) => text.startsWith(start, open))
    if (skip) {
      if (skip.start === '<![CDATA[' && depth === 0)
        throw new Refused('The XML has CDATA outside its element.')
      at = endOf(text, skip.end, open + skip.start.length)
      continue
    }
    if (text.startsWith('<!', open)) {
      throw new Refused(
        'The XML has a document type (<!DOCTYPE …>) or another declaration, and those are refused: entities and external references come by them. Send it without.',
      )
    }
    at = endOfTag(text, open)
    const isClosing = text[open + 1] === '/'
    const isEmpty = text[at - 2] === '/'
    depth += isClosing ? -1 : isEmpty ? 0 : 1
  }
}

function endOf(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  if (at < 0) throw new Refused(`The XML is not well-formed: ${end} is missing.`)
  return at + end.length
}

/** The place after a tag, whose attributes may hold `>` and must not hold `<`. */
function endOfTag(text: string, open: number): number {
  const tag = /[^<>"']*(?:"[^<"]*"[^<>"']*|'[^<']*'[^<>"']*)*>/y
  tag.lastIndex = open + 1
  const [found] = tag.exec(text) ?? []
  if (found === undefined) throw new Refused('The XML is not well-formed: a tag does not end, or holds a <.')
  checkReferences(found)
  return open + 1 + found.length
}

function checkText(text: string, depth: number): void {
  if (depth === 0 && !/^[\s\uFEFF]*$/.test(text)) throw new Refused('The XML has text outside its element.')
  if (text.includes(']]>')) throw new Refused('The XML is not well-formed: ]]> stands in a text.')
  checkReferences(text)
}

function checkReferences(text: string): void {
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    const [, name, character] =
      /&(?:([^\s&;#]{1,200});|(#(?:[0-9]{1,10}|x[0-9A-Fa-f]{1,8}));)/y.exec(text.slice(at, at + 210)) ?? []
    if (character !== undefined) continue
    if (name === undefined)
      throw new Refused('The XML is not well-formed: an & stands for itself. Write &amp;.')
    if (predefined.has(name)) continue
    throw new Refused(
      `The XML refers to the entity &${name.slice(0, 50)}; and only the five of XML itself are known: amp, lt, gt, quot, apos. Write the character, or its number.`,
    )
  }
}

const values: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Text whose references `checkMarkup` has read, each once replaced by what it stands for. */
export function withoutReferences(text: string): string {
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));/g, (_all, hexadecimal, decimal, name) => {
    if (name !== undefined) return values[name] ?? ''
    const point = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    if (!isCharacter(point))
      throw new Refused(`The XML refers to a character that XML does not have (${point}).`)
    return String.fromCodePoint(point)
  })
}

/** XML 1.0 §2.2. */
function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 9 || point === 10 || point === 13
  return point <= 0xd7ff || (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff)
}

/** Whether a text can stand in XML 1.0 at all. */
export function isXmlText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what XML does not have.
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Surrogate}]/u.test(text)
}

/** XML 1.0 §2.3, without the rarest. */
export function isXmlName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{M}\p{N}_.·-]*(?::[\p{L}_][\p{L}\p{M}\p{N}_.·-]*)?$/u.test(name)
}
