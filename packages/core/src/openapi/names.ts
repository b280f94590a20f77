import { createHash } from 'node:crypto'
import { foldKey } from '@sallyport/contract'

const longestKey = 64

/** Keys of operations: the same document always gives the same. */
export class OperationKeys {
  readonly #taken = new Set<string>()
  readonly #prefix: string

  constructor(prefix = '') {
    this.#prefix = prefix
  }

  /** From its operation id, else from what it does; who comes second is told apart by what it does. */
  of(operationId: string | undefined, method: string, path: string): string {
    const identity = `${method} ${path}`
    const words = keyWords(operationId ?? '') || keyWords(`${method.toLowerCase()} ${path}`)
    const wanted = this.#prefix === '' ? words : this.#prefix + words.charAt(0).toUpperCase() + words.slice(1)
    const key = wanted.length <= longestKey ? wanted : withDigest(wanted, operationId ?? identity)
    const free = this.#taken.has(foldKey(key)) ? withDigest(key, identity) : key
    this.#taken.add(foldKey(free))
    return free
  }
}

/** `repos/get-content` → `reposGetContent`. */
function keyWords(text: string): string {
  const [first = '', ...rest] = text.match(/[A-Za-z0-9]+/g) ?? []
  return first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function withDigest(key: string, identity: string): string {
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 8)
  return key.slice(0, longestKey - digest.length) + digest
}

/** Names of an operation's input, as placeholders can hold them: `filter[name]` → `filter_name`. */
export class InputNames {
  readonly #taken = new Set<string>()

  /** Two of the same name stand in two places, which tells them apart. */
  of(name: string, place: string): string {
    const wanted = placeholderName(name)
    let free = wanted
    if (this.#taken.has(free)) free = `${wanted}_${place}`
    for (let next = 2; this.#taken.has(free); next += 1) free = `${wanted}_${next}`
    this.#taken.add(free)
    return free
  }

  has(name: string): boolean {
    return this.#taken.has(placeholderName(name))
  }
}

/** A word as a placeholder can hold it. */
export function placeholderName(name: string): string {
  const words = name
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+(?=.)|_+$/g, '')
    .slice(0, 64)
  const word = /^[A-Za-z_]/.test(words) ? words : `_${words}`
  return word === '_' || word === '__proto__' ? 'value' : word
}
