/**
 * Who brought whom, as a forest: sizes, levels and roots of millions of people in time that grows with their number. Nothing calls
 * itself; a circle is opened at its member that came first.
 */

export interface Forest {
  /** Parent of each, -1 for a root. Circles are opened. */
  readonly parents: Int32Array
  /** Everybody after all of those below. */
  readonly order: Int32Array
  /** People in the part below each, counting the one itself. */
  readonly sizes: Int32Array
  /** Levels of that part, counting its own: one alone has one level (2013 意见 一: 包括组织者、领导者本人及其本层级). */
  readonly levels: Int32Array
  readonly roots: Int32Array
  readonly circles: number
}

/** `given` holds the parent of each, -1 for none; nobody is the own parent. It is left as it is. */
export function growForest(given: Int32Array): Forest {
  const count = given.length
  const parents = given.slice()
  const children = new Int32Array(count)
  for (const parent of parents) if (parent >= 0) children[parent]!++
  const sizes = new Int32Array(count).fill(1)
  const levels = new Int32Array(count).fill(1)
  const order = new Int32Array(count)
  const done = new Uint8Array(count)
  let filled = 0
  let taken = 0
  const settle = (one: number) => {
    done[one] = 1
    order[filled++] = one
  }
  const climb = () => {
    while (taken < filled) {
      const one = order[taken++]!
      const parent = parents[one]!
      if (parent < 0) continue
      sizes[parent]! += sizes[one]!
      if (levels[one]! >= levels[parent]!) levels[parent] = levels[one]! + 1
      if (--children[parent]! === 0) settle(parent)
    }
  }
  for (let one = 0; one < count; one++) if (children[one] === 0) settle(one)
  climb()
  let circles = 0
  for (let one = 0; one < count; one++) {
    if (done[one] === 1) continue
    // What is left are circles, and the first of one in the order of numbers becomes its root.
    circles++
    const parent = parents[one]!
    parents[one] = -1
    if (--children[parent]! === 0) settle(parent)
    climb()
  }
  const roots = new Int32Array(count)
  for (let i = count - 1; i >= 0; i--) {
    const one = order[i]!
    const parent = parents[one]!
    roots[one] = parent < 0 ? one : roots[parent]!
  }
  return { parents, order, sizes, levels, roots, circles }
}
