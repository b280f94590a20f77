const longestTemplate = 200
const longestSegment = 40
const longestRun = 24
const shortestHash = 8
const mostDigits = 2

/**
 * A path as it is told of: segments that read as words stay, every other is `{id}`. Numbers, uuids, hashes, tokens and
 * addresses of people are none, so that neither a secret nor a person is told of, and calls of one kind look alike.
 */
export function pathTemplate(path: string): string {
  let template = ''
  let from = 0
  while (from <= path.length) {
    let to = path.indexOf('/', from)
    if (to === -1) to = path.length
    const kept = from === to || isWord(path, from, to)
    template += kept ? `/${path.slice(from, to)}` : '/{id}'
    if (template.length > longestTemplate) return `${template.slice(0, longestTemplate)}…`
    from = to + 1
  }
  return template
}

/**
 * Letters in runs that look written by hand, joined by punctuation, with few digits at the end of a run: `users`,
 * `v1.1`, `oauth2`, `getUserInfo`, `me.json`, `batch_get`. A letter after a digit, many digits, letters that change
 * their case back and forth, or hexadecimal of some length look made by a machine.
 */
function isWord(path: string, from: number, to: number): boolean {
  if (to - from > longestSegment) return false
  let [digits, allDigits, letters, hexadecimal, changes] = [0, 0, 0, 0, 0]
  let wasUpper = false
  for (let index = from; index < to; index += 1) {
    const code = path.charCodeAt(index)
    const lower = code | 0x20
    if (lower >= 0x61 && lower <= 0x7a) {
      if (digits > 0) return false
      const isUpper = code < 0x61
      if (letters > 0 && isUpper !== wasUpper) changes += 1
      wasUpper = isUpper
      letters += 1
      if (lower <= 0x66) hexadecimal += 1
    } else if (code >= 0x30 && code <= 0x39) {
      digits += 1
      allDigits += 1
      if (digits > mostDigits || allDigits > 2 * mostDigits) return false
    } else if (isJoint(code)) {
      if (!isRun(letters, hexadecimal, changes)) return false
      digits = letters = hexadecimal = changes = 0
    } else return false
  }
  return isRun(letters, hexadecimal, changes) && (allDigits === 0 || hasLetter(path, from, to))
}

/** `- . _ ~ : $`. */
function isJoint(code: number): boolean {
  return code === 0x2d || code === 0x2e || code === 0x5f || code === 0x7e || code === 0x3a || code === 0x24
}

/** A word in camel case changes its case twice for each of its parts; random letters do at every second letter. */
function isRun(letters: number, hexadecimal: number, changes: number): boolean {
  if (letters > longestRun || (letters >= shortestHash && hexadecimal === letters)) return false
  return (letters < 12 && changes <= 4) || changes * 3 <= letters + 1
}

function hasLetter(path: string, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) {
    const lower = path.charCodeAt(index) | 0x20
    if (lower >= 0x61 && lower <= 0x7a) return true
  }
  return false
}
