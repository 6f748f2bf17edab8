/** All that these tests take from the rest of the test tree, in one place. */
export { runNode, startNode } from '../../support/engine.mts';
export type { NodeResult, NodeRun, StoredCredentials } from '../../support/engine.mts';
export type { NodeName } from '../../support/installation.mts';
export { captureLog } from '../capturedLog.mts';
export { everythingIn } from '../secrets.mts';
