/** Credentials whose expressions read the item, and credentials that cannot be opened; n8n's own HTTP Request node beside ours. */
import assert from 'node:assert/strict';
import type { CredentialContent, Item, NodeRun } from '../../demo/n8nApi.mts';
import type { TestEnvironment } from './environment.mts';
import type { Steps } from './steps.mts';
import { startTenants } from './tenants.mts';
import { besideWorkflow, httpRequestNode, itemsWorkflow, TRIGGER, updateNode } from './workflows.mts';

const PATH = '/domain/v1beta1/billingStatus';
const CODES = ['code-of-first', 'code-of-second', 'code-of-third'];
const ITEMS = CODES.map((code, index) => ({ code, seats: 100 * (index + 1) }));
/** More than the node opens one credential each for without looking whether that is needed. */
const MANY = 30;

const outcomeOf = ({ json }: Item) => (json.error as { outcome?: string } | undefined)?.outcome;

export async function credentials(steps: Steps, { api, services }: TestEnvironment): Promise<void> {
	const manyCodes = Array.from({ length: MANY }, (_, index) => `code-${index}`);
	const tenants = await startTenants([...CODES, ...manyCodes]);
	const codeFromItem = (name: string): CredentialContent => ({
		name,
		type: 'aodocsSecurityCodeApi',
		data: { baseUrl: tenants.url, secretCode: '={{ $json.code }}', sendIn: 'header' },
	});
	const seatsOf = (codes: string[]) => codes.map((code) => tenants.records.get(code)?.maxSeats);
	const update = { updateFields: { maxSeats: '={{ $json.seats }}' } };

	try {
		await steps.step('a security code by expression, three items: each goes to its own domain, as with HTTP Request', async () => {
			const credential = await api.saveCredential(codeFromItem('AODocs, code from item'));
			const header = await api.saveCredential({
				name: 'Header from item',
				type: 'httpHeaderAuth',
				data: { name: 'Authorization', value: '=securityCode {{ $json.code }}' },
			});
			const seen: Record<string, unknown[]> = {};
			for (const [name, target] of [
				['our node', updateNode('aodocs', credential, update)],
				['HTTP Request', httpRequestNode(`${tenants.url}${PATH}`, header, '={{ { maxSeats: $json.seats } }}')],
			] as const) {
				tenants.reset();
				const { id } = await api.createWorkflow(besideWorkflow(`Codes from items, ${name}`, ITEMS, [target]));
				const execution = await api.runWorkflow(id, TRIGGER);
				assert.equal(execution.status, 'success', execution.error?.message);
				seen[name] = seatsOf(CODES);
			}
			assert.deepEqual(seen['our node'], [100, 200, 300]);
			return JSON.stringify(seen);
		});

		await steps.step(`${MANY} items, more than are opened without a look: each goes to its own domain`, async () => {
			tenants.reset();
			const credential = await api.saveCredential(codeFromItem('AODocs, code from item'));
			const items = manyCodes.map((code, index) => ({ code, seats: 1000 + index }));
			const { id } = await api.createWorkflow(itemsWorkflow('Many codes from items', items, 'aodocs', credential, update));
			const execution = await api.runWorkflow(id, TRIGGER);
			assert.equal(execution.status, 'success', execution.error?.message);
			assert.deepEqual(
				seatsOf(manyCodes),
				items.map(({ seats }) => seats),
			);
			return `${MANY} of ${MANY}, ${execution.nodes.Update.executionTime} ms`;
		});

		await steps.step('an API key by expression that the second of three items lacks: that one is not sent, the others are', async () => {
			const { cudoCompute } = services.sandbox;
			const [first, second, third] = cudoCompute.ids();
			const credential = await api.saveCredential({
				name: 'Cudo Compute, key from item',
				type: 'cudoComputeApi',
				data: { baseUrl: cudoCompute.url, apiKey: '={{ $json.key }}' },
			});
			const key = cudoCompute.options.apiKey;
			const items = [
				{ account: first, key },
				{ account: second, key: '' },
				{ account: third, key },
			];
			cudoCompute.log.clear();
			const { id } = await api.createWorkflow(
				itemsWorkflow(
					'Keys from items',
					items,
					'cudoCompute',
					credential,
					{
						billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.account }}' },
						updateFields: { displayName: 'Named anew' },
					},
					'continueErrorOutput',
				),
			);
			const { nodes } = await api.runWorkflow(id, TRIGGER);
			assert.deepEqual(
				cudoCompute.ids().filter((account) => cudoCompute.record(account)!.displayName === 'Named anew'),
				[first, third],
			);
			assert.ok(cudoCompute.log.entries.every(({ headers }) => headers.authorization === `Bearer ${key}`));
			assert.equal(nodes.Update.items.length, 2);
			assert.deepEqual(nodes.Update.errorItems.map(outcomeOf), ['not sent']);
			return String(nodes.Update.errorItems[0].json.message);
		});

		const good = { type: 'aodocsSecurityCodeApi', data: { baseUrl: tenants.url, secretCode: CODES[0], sendIn: 'header' } };
		const broken: Array<[what: string, content: CredentialContent, isDeleted: boolean]> = [
			['deleted', { ...good, name: 'AODocs, deleted' }, true],
			['with a wrong base URL', { ...good, name: 'AODocs, wrong URL', data: { ...good.data, baseUrl: 'not an address' } }, false],
			[
				'with a failing expression',
				{ ...good, name: 'AODocs, failing', data: { ...good.data, secretCode: '={{ $json.no.code }}' } },
				false,
			],
		];
		for (const [what, content, isDeleted] of broken) {
			for (const onError of ['continueRegularOutput', 'continueErrorOutput'] as const) {
				const output = onError === 'continueErrorOutput' ? 'error output' : 'regular output';
				await steps.step(`a credential ${what}, node goes on with its ${output}: every item is an error item, not sent`, async () => {
					tenants.reset();
					const credential = await api.saveCredential(content);
					const { id } = await api.createWorkflow(
						besideWorkflow(`Credential ${what}, ${onError}`, ITEMS, [
							updateNode('aodocs', credential, update, onError),
							httpRequestNode(`${tenants.url}${PATH}`, credential, '={{ { maxSeats: $json.seats } }}', onError),
						]),
					);
					if (isDeleted) await api.deleteCredential(credential.id);
					const { nodes, status, error } = await api.runWorkflow(id, TRIGGER);
					assert.ok(nodes.Update, `the node was not run: ${status}, ${error?.message}`);
					const { items, errorItems } = nodes.Update;
					const [failed, others] = onError === 'continueErrorOutput' ? [errorItems, items] : [items, errorItems];
					assert.deepEqual(
						failed.map(outcomeOf),
						ITEMS.map(() => 'not sent'),
					);
					assert.deepEqual(others, []);
					return `${String(failed[0].json.message)} — HTTP Request: ${beside(nodes['HTTP Request'])}`;
				});
			}
		}
	} finally {
		tenants.stop();
	}
}

/** What n8n's own node did, in a few words. */
function beside(run: NodeRun | undefined): string {
	if (!run) return 'not run';
	const texts = (items: Item[]) => items.map(({ json }) => JSON.stringify(json).slice(0, 60)).join(', ');
	return `regular [${texts(run.items)}], error output [${texts(run.errorItems)}]${run.error ? `, ${run.error.message}` : ''}`;
}
