import { partsOf } from './template.ts'

/** Where the hosts of a provider are found on an emulator: `https://{shop}.example.com/a` at `…/shop/{shop}.example.com/a`. */
export interface Addresses {
  /** Of the emulator, as `http://127.0.0.1:3320`. */
  readonly origin: string
  /** Where on it this provider begins: one segment. */
  readonly mount: string
}

/** An address of a definition as the emulator serves it; one that begins with a placeholder is its value's matter. */
export function emulatedAddress({ origin, mount }: Addresses, address: string): string {
  return address.replace(/^https?:\/\//i, `${origin}/${mount}/`)
}

/** The host that a request to the emulator is meant for, with its port where one is written. */
export function meantHost(path: string): string {
  return path.split('/')[2] ?? ''
}

/** A definition whose addresses lead to the emulator, as what differs from the definition. */
export function emulatedFields(addresses: Addresses, definition: Definition): Record<string, unknown> {
  const { auth, baseUrl, hosts } = definition
  const moved = (value: unknown) => (typeof value === 'string' ? emulatedAddress(addresses, value) : value)
  const urls = Object.entries(auth).flatMap(([name, value]): [string, unknown][] => {
    if (name.endsWith('Url') || name === 'issuer') return [[name, moved(value)]]
    if (name !== 'followUps' && name !== 'steps') return []
    return [[name, (value as { url: string }[]).map((step) => ({ ...step, url: moved(step.url) }))]]
  })
  return {
    ...(baseUrl !== undefined && { baseUrl: moved(baseUrl) }),
    ...(hosts !== undefined && { hosts: [addresses.origin] }),
    auth: Object.fromEntries(urls),
  }
}

/** As much of a definition as says where it leads. */
interface Definition {
  readonly baseUrl?: string | undefined
  readonly auth: object
  readonly hosts?: readonly string[] | undefined
}

/** Whether a definition lets credentials go to a host. */
export function isListed(hosts: readonly string[], host: string): boolean {
  return hosts.some((rule) => (rule.startsWith('*.') ? host.endsWith(rule.slice(1)) : host === rule))
}

/** A host that a definition lets a value name: under the first rule for many, else the first, else an example. */
export function exampleHost(hosts: readonly string[] | undefined, name: string): string {
  const label = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const many = hosts?.find((rule) => rule.startsWith('*.'))
  return many ? `${label}${many.slice(1)}` : (hosts?.[0] ?? `${label}.example.com`)
}

/** Whether a name is the beginning of an address, so that its value is a whole one. */
export function isWholeAddress(address: string, name: string): boolean {
  const [first] = partsOf(address)
  return first !== undefined && 'name' in first && first.name === name
}
