/** Upper bounds, in seconds: from what a call costs on one machine to what a slow API takes. */
export const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const

/** How many took how long, counted without anything being made. */
export class Histogram {
  readonly #counts = new Array<number>(bounds.length + 1).fill(0)
  #sum = 0

  observe(seconds: number): void {
    let index = 0
    while (index < bounds.length && seconds > (bounds[index] as number)) index += 1
    this.#counts[index] = (this.#counts[index] as number) + 1
    this.#sum += seconds
  }

  /** As Prometheus has them: each bucket with all that are smaller. */
  values(name: string, labels: Readonly<Record<string, string>>) {
    let total = 0
    const buckets = this.#counts.map((count, index) => {
      total += count
      const le = bounds[index] ?? '+Inf'
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total }
    })
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sum },
      { metricName: `${name}_count`, labels, value: total },
    ]
  }
}
