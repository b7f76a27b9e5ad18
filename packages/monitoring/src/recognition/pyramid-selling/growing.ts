/** Numbers of which nobody knows beforehand how many there will be, packed as machines keep them. */

export class GrowingInts {
  #values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Int32Array(this.#values.length * 2)
      values.set(this.#values)
      this.#values = values
    }
    this.#values[this.length++] = value
  }
  get(at: number): number {
    return this.#values[at]!
  }
  set(at: number, value: number): void {
    this.#values[at] = value
  }
  /** The values so far; good until the next push. */
  view(): Int32Array {
    return this.#values.subarray(0, this.length)
  }
}

export class GrowingDoubles {
  #values = new Float64Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Float64Array(this.#values.length * 2)
      values.set(this.#values)
      this.#values = values
    }
    this.#values[this.length++] = value
  }
  get(at: number): number {
    return this.#values[at]!
  }
  set(at: number, value: number): void {
    this.#values[at] = value
  }
}
