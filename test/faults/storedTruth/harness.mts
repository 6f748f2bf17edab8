/** All that these tests take from the rest of the test tree, in one place. */
export { runNode, startNode } from '../../support/engine.mts';
export type { NodeResult, NodeRun, StoredCredentials } from '../../support/engine.mts';
/** The services of this matrix. It knows them by themselves, from their documentation alone: standIns.mts. */
export type NodeName = 'aodocs' | 'cudoCompute' | 'userHub';
export { captureLog } from '../capturedLog.mts';
export { everythingIn } from '../secrets.mts';
