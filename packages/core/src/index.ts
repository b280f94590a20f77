export type { Broker } from './broker/broker.ts'
export { createBroker } from './broker/broker.ts'
export type { BrokerOptions } from './broker/options.ts'
export { Body } from './call/body.ts'
export { Caller } from './call/caller.ts'
export type { CallObserver } from './call/calls.ts'
export { pathTemplate } from './call/path-template.ts'
export { Attempt, bytesOf, type CallPhases, CallRecord, phasesOf, type Wait } from './call/record.ts'
export { passedBackHeaders } from './call/reply-headers.ts'
export { shownHost } from './call/shown-host.ts'
export type { Closed } from './credentials/fence-cause.ts'
export { adoptInstance, quarantineInstance } from './credentials/instance.ts'
export { parseCidrs } from './destination/address.ts'
export { invalid, SallyportError, traceOf } from './error.ts'
export { RangeNotSatisfiable } from './files/read.ts'
export type {
  EventRetention,
  InstanceMemory,
  InstanceSeen,
  Journal,
  JournalEntry,
  News,
  Page,
  PageRequest,
  RenewalStep,
  Store,
} from './ports.ts'
export { nextSteps } from './ports.ts'
export type { Principal } from './principal.ts'
export { requireScope } from './principal.ts'
export { Secret } from './secret.ts'
export { makeKeyCheck, verifyKeyCheck } from './vault/key-check.ts'
export type { KeyRing } from './vault/keyring.ts'
export { generateKeyRing, parseKeyRing } from './vault/keyring.ts'
export { VaultError } from './vault/vault-error.ts'
