import { parseCidrs } from '../destination/address.ts'
import { createEgress } from '../egress/egress.ts'
import type { Clock, Random, Timers } from '../ports.ts'
import { systemTimers } from '../timers.ts'
import type { OuterKeys } from '../vault/outer-keys.ts'
import { Availability } from './availability.ts'
import { awsKms } from './aws-kms.ts'
import type { KeyServicePorts } from './key-service.ts'
import { serviceKeys } from './service-keys.ts'
import type { KeyServiceSettings } from './settings.ts'
import { transit } from './transit.ts'

/** A key service stands where the operator says, most often in a network of their own. */
const operatorsOwn = parseCidrs(
  '127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7',
).ranges

export interface OutsideOfKeyServices {
  readonly clock: Clock
  readonly random: Random
  readonly timers?: Timers
}

/** The outer keys that a key service keeps. Nothing is asked of it before they are used. */
export function keyServiceKeys(
  settings: KeyServiceSettings,
  { clock, random, timers = systemTimers }: OutsideOfKeyServices,
): OuterKeys {
  const { credentialRequest: send } = createEgress({
    allowedPrivate: operatorsOwn,
    exemptOrigins: new Set(),
  })
  const ports = { send, clock, random, timers }
  return serviceKeys(settings, serviceOf(ports, settings), new Availability(settings.id, ports))
}

function serviceOf(ports: KeyServicePorts, settings: KeyServiceSettings) {
  return settings.type === 'transit' ? transit(ports, settings) : awsKms(ports, settings)
}
