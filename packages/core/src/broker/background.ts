import { DevicePolls } from '../accounts/device-polls.ts'
import type { AccountPorts } from '../accounts/ports.ts'
import { RevocationWork } from '../accounts/revocation-work.ts'
import { type CheckpointPorts, Checkpoints } from '../audit/checkpoints.ts'
import { FileExport, type FileExportPorts } from '../audit/file-export.ts'
import { WebhookExport } from '../audit/webhook-export.ts'
import { ConnectLinkSweep } from '../connect-links/sweep.ts'
import type { Fence } from '../credentials/fence.ts'
import { Scheduler, type SchedulerPorts } from '../credentials/scheduler.ts'
import { RewrapJob, type RewrapPorts } from '../encryption/rewrap-job.ts'
import { RotationJob, type RotationJobPorts } from '../encryption/rotation-job.ts'
import { Deliveries, type DeliveryPorts } from '../events/deliveries.ts'
import { type EventJobPorts, EventJobs } from '../events/jobs.ts'
import { LoginSweep } from '../identity/login-sweep.ts'
import { Shredding, type ShreddingPorts } from '../organizations/shredding.ts'
import type { BrokerOptions } from './options.ts'

interface BackgroundParts {
  readonly options: Pick<BrokerOptions, 'isBackground'>
  readonly base: DeliveryPorts &
    CheckpointPorts &
    FileExportPorts &
    ShreddingPorts &
    Pick<SchedulerPorts, 'admission'> &
    EventJobPorts &
    RotationJobPorts &
    RewrapPorts & { readonly fence: Fence }
  readonly ports: AccountPorts
}

/** What is done without anybody asking. */
export function backgroundWork({ options, base, ports }: BackgroundParts) {
  const { renewals, revocations } = ports
  const scheduler = new Scheduler(ports)
  const devicePolls = new DevicePolls(ports)
  const runs = new RevocationWork(ports)
  const deliveries = new Deliveries(base)
  const rotations = new RotationJob(base)
  const rewraps = new RewrapJob(base)
  const audit = [new Checkpoints(base), new FileExport(base), new WebhookExport(base)]
  const shredding = new Shredding(base)
  const others = [
    shredding,
    new EventJobs(base),
    new LoginSweep(base),
    new ConnectLinkSweep(ports),
    deliveries,
    rotations,
    rewraps,
  ]
  const workers = [scheduler, runs, revocations, devicePolls, ...others, ...audit]
  let isResting = false
  return {
    deliveries,
    rewraps,
    /** Does what is due; of several processes of a node, one does what any could. */
    async runDue(): Promise<void> {
      if (isResting || !(await base.fence.runDue())) return
      await renewals.runDue()
      if (options.isBackground === false) return
      await Promise.all(workers.map((worker) => worker.runDue()))
    },
    /** Nothing is begun any more. */
    async rest(): Promise<void> {
      isResting = true
      runs.close()
      await Promise.all([scheduler.close(), revocations.close()])
    },
    /** Waits for what is under way. */
    async settled(): Promise<void> {
      await renewals.settled()
      await scheduler.settled()
      await devicePolls.settled()
      await runs.settled()
      await revocations.settled()
      await deliveries.settled()
      await shredding.settled()
      for (const each of audit) await each.settled()
      await rotations.settled()
      await rewraps.settled()
    },
  }
}
