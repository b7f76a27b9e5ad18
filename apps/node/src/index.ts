/**
 * A member of a consortium: its node (engine, ledger, gateway, witness, HTTP), its home folder, and the founding ceremony.
 * Refuses a founding that not every member approved unchanged, keys that are not the home's, and requests without bounds.
 * docs/formats/genesis.md, docs/guides/run-a-member.md.
 */

export { makeLightHome, type RunningLight, startLight } from './light/light-node.ts'
export { foundCourtsLocally, foundLocally, type Platform } from './local/local-consortium.ts'
export { registerLocally } from './local/register-locally.ts'
export { type RunningNode, startNode } from './run/start-node.ts'
