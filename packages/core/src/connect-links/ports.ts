import type { AccountPorts } from '../accounts/ports.ts'
import type { Catalogue } from '../catalogue-ports.ts'

export interface ConnectLinkPorts extends AccountPorts {
  readonly catalogue: Catalogue
}
