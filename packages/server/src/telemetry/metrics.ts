import type { Broker } from '@sallyport/core'
import { AggregatorRegistry, collectDefaultMetrics, type PrometheusContentType, Registry } from 'prom-client'
import type { CallCounters } from './call-counters.ts'

/** One metric with its values, as prom-client writes them as JSON. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly values: readonly MetricValue[]
}

interface MetricValue {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  /** Of a histogram: buckets, sum and count. */
  readonly metricName?: string
}

/** All metrics of one process, as JSON can carry them to another. */
export type MetricsSnapshot = readonly object[]

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

/** Which part of a process's metrics: of several realms each has its own, and one those of the process. */
export interface MetricsPart {
  /** Undefined where there is only one. */
  readonly realm: string | undefined
  readonly ofProcess: boolean
}

/** What this process can tell of a realm in numbers. */
export class Metrics {
  readonly #counters: CallCounters
  readonly #gauges: Broker['gauges']
  readonly #part: MetricsPart
  readonly #process = new Registry()

  constructor(counters: CallCounters, gauges: Broker['gauges'], part: MetricsPart) {
    this.#counters = counters
    this.#gauges = gauges
    this.#part = part
    if (part.ofProcess) collectDefaultMetrics({ register: this.#process })
  }

  /** As they stand now. */
  async snapshot(): Promise<MetricsSnapshot> {
    const { realm } = this.#part
    const own = [...this.#counters.families(), ...gaugeFamilies(this.#gauges())]
    const ofProcess = await this.#process.getMetricsAsJSON()
    return [
      ...own.map((family) => ({
        aggregator: 'sum',
        ...(realm === undefined ? family : labelled(family, realm)),
      })),
      // Left out of a sum by the library; when the first of them started says as much of many as of one.
      ...ofProcess.map((each) =>
        (each.aggregator as string) === 'omit' ? { ...each, aggregator: 'min' } : each,
      ),
    ]
  }
}

function labelled(family: MetricFamily, realm: string): MetricFamily {
  return {
    ...family,
    values: family.values.map((value) => ({ ...value, labels: { realm, ...value.labels } })),
  }
}

/** Of one process or of many, summed, as Prometheus reads them. */
export function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return AggregatorRegistry.aggregate<PrometheusContentType>([...snapshots]).metrics()
}

function gaugeFamilies(gauges: ReturnType<Broker['gauges']>): MetricFamily[] {
  const { callsUnderWay, callEvents, renewals, revocations, pausedClients, upstream, limits } = gauges
  return [
    gauge('sallyport_calls_under_way', 'Calls that have not ended', callsUnderWay),
    {
      name: 'sallyport_call_events_total',
      help: 'Events of calls that were written, and that were given up because the database did not keep up',
      type: 'counter',
      values: [
        { labels: { outcome: 'written' }, value: callEvents.written },
        { labels: { outcome: 'dropped' }, value: callEvents.dropped },
      ],
    },
    gauge('sallyport_call_events_waiting', 'Events of calls that wait to be written', callEvents.waiting),
    outcomes('sallyport_renewals_total', 'Renewals of tokens that were sent, by how they ended', {
      ...renewals,
    }),
    outcomes(
      'sallyport_revocations_total',
      'Attempts to revoke accounts at their providers, by how they ended',
      { ...revocations },
    ),
    gauge(
      'sallyport_renewals_paused_clients',
      'Clients whose renewals are paused (open breakers)',
      pausedClients,
    ),
    gauge(
      'sallyport_limited_calls',
      'Calls that a limit or a pause has let in, and that have not ended',
      limits.inUse,
    ),
    gauge('sallyport_limited_calls_waiting', 'Calls that wait for their turn', limits.waiting),
    {
      name: 'sallyport_limit_refusals_total',
      help: 'Calls that were answered with limit_reached, by the limit of their definition that was met',
      type: 'counter',
      values: Object.entries(limits.refused).map(([limit, value]) => ({ labels: { limit }, value })),
    },
    {
      name: 'sallyport_limit_wait_seconds_total',
      help: 'Time that calls waited for their turn',
      type: 'counter',
      values: [{ labels: {}, value: limits.waitedMilliseconds / 1000 }],
    },
    {
      name: 'sallyport_pauses_total',
      help: 'Pauses that replies of APIs asked for',
      type: 'counter',
      values: [{ labels: {}, value: limits.pauses }],
    },
    gauge('sallyport_upstream_pools', 'Pools of connections to APIs', upstream.pools),
    {
      name: 'sallyport_upstream_connections',
      help: 'Connections to APIs',
      type: 'gauge',
      values: [{ labels: {}, value: upstream.connections }],
    },
    {
      name: 'sallyport_upstream_requests',
      help: 'Requests to APIs that are under way, and that wait for a connection',
      type: 'gauge',
      values: [
        { labels: { state: 'running' }, value: upstream.running },
        { labels: { state: 'waiting' }, value: upstream.waiting },
      ],
    },
  ]
}

function outcomes(name: string, help: string, counts: Readonly<Record<string, number>>): MetricFamily {
  const values = Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value }))
  return { name, help, type: 'counter', values }
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'gauge', values: [{ labels: {}, value }] }
}
