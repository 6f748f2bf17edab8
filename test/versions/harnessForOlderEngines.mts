/**
 * What the test harness (test/support) uses of the engine, and older versions lack or spell otherwise. The nodes use nothing of this:
 * they meet the engine as it is.
 */
import { WorkflowExecute } from 'n8n-core';
import * as n8nWorkflow from 'n8n-workflow';

type RunOptions = Parameters<WorkflowExecute['run']>[0];

/** Exports of n8n-workflow that came later. Credentials' own requests were not restricted to domains before they were. */
const laterExports: Record<string, unknown> = {
	createEmptyRunExecutionData: () => ({ resultData: { runData: {} } }),
	getCredentialOwnRequestAllowedDomains: () => undefined,
	isExpression: (value: unknown) => typeof value === 'string' && value.startsWith('='),
};
const library = n8nWorkflow as unknown as Record<string, unknown>;
for (const [name, value] of Object.entries(laterExports)) library[name] ??= value;

// In n8n 1.x and 2.0, `run` takes what later became one object as single arguments.
const run = WorkflowExecute.prototype.run as unknown as (...options: unknown[]) => ReturnType<WorkflowExecute['run']>;
if (/^\s*run\(\s*workflow\b/.test(run.toString())) {
	WorkflowExecute.prototype.run = function (this: WorkflowExecute, { workflow, startNode, pinData }: RunOptions) {
		return run.call(this, workflow, startNode, undefined, pinData);
	};
}
