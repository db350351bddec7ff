/** Room for so many bytes at a time, given out in the order of asking. */
export class Room {
  #free: number
  #inside = 0
  readonly #queue: { bytes: number; enter(): void }[] = []
  #whenEmpty: (() => void)[] = []

  constructor(bytes: number) {
    this.#free = bytes
  }

  /** Resolves once there is room. Who asks for more than there ever is gets in when nobody else is inside. */
  async enter(bytes: number): Promise<void> {
    if (this.#queue.length === 0 && this.#fits(bytes)) {
      this.#take(bytes)
      return
    }
    await new Promise<void>((enter) => {
      this.#queue.push({ bytes, enter })
    })
  }

  leave(bytes: number): void {
    this.#inside--
    this.#free += bytes
    for (let next = this.#queue[0]; next && this.#fits(next.bytes); next = this.#queue[0]) {
      this.#queue.shift()
      this.#take(next.bytes)
      next.enter()
    }
    if (this.#inside > 0) return
    for (const resolve of this.#whenEmpty) resolve()
    this.#whenEmpty = []
  }

  /** Resolves when nobody is inside. */
  async empty(): Promise<void> {
    if (this.#inside > 0)
      await new Promise<void>((resolve) => {
        this.#whenEmpty.push(resolve)
      })
  }

  #fits(bytes: number): boolean {
    return this.#inside === 0 || bytes <= this.#free
  }

  #take(bytes: number): void {
    this.#inside++
    this.#free -= bytes
  }
}
