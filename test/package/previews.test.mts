import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PackageDirectoryLoader, resolveOutputSchemaPath } from 'n8n-core';
import type { INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { type Sandbox, startSandbox } from '../../sandbox/sandbox.mts';
import { nodeNames, type NodeName, services } from '../services/index.mts';
import { runNode } from '../support/engine.mts';

/** What the editor shows of an operation's output before its first run, as the built package has it. */

interface Preview {
	type: string;
	properties?: Record<string, Preview>;
	items?: Preview;
}

const loader = new PackageDirectoryLoader(process.cwd());
let sandbox: Sandbox;
beforeAll(async () => {
	await loader.loadAll();
	sandbox = await startSandbox();
});
afterAll(async () => await sandbox.stop());
beforeEach(() => sandbox.reset());

/** The file that n8n's own server would hand to the editor. */
function previewOf(name: NodeName, resource: string, operation: string): Preview {
	const nodeDir = dirname(join(process.cwd(), loader.known.nodes[name].sourcePath));
	const file = resolveOutputSchemaPath({ nodeDir, version: 1, resource, operation });
	if (!file || !existsSync(file)) throw new Error(`${name} has no preview of ${resource} ${operation}`);
	return JSON.parse(readFileSync(file, 'utf8')) as Preview;
}

/** Every resource with each of its operations, as a person can choose them. */
function operationsOf(name: NodeName): Array<[resource: string, operation: string]> {
	const { properties } = loader.nodeTypes[name].type.description as INodeTypeDescription;
	return properties
		.filter((property) => property.name === 'operation')
		.flatMap(({ displayOptions, options }) =>
			(displayOptions?.show?.resource as string[]).flatMap((resource) =>
				(options as INodePropertyOptions[]).map(({ value }): [string, string] => [resource, String(value)]),
			),
		);
}

/** Where a value is not as its preview says. A value that is null says nothing. */
function faultsOf(value: unknown, { type, properties, items }: Preview, path = ''): string[] {
	if (value === null) return [];
	const seen = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
	if (seen !== type && !(seen === 'integer' && type === 'number')) return [`${path} is ${seen}, previewed as ${type}`];
	if (Array.isArray(value)) return value.flatMap((entry, index) => faultsOf(entry, items as Preview, `${path}[${index}]`));
	if (seen !== 'object') return [];
	return Object.entries(value as object).flatMap(([key, inner]) =>
		properties?.[key] ? faultsOf(inner, properties[key], `${path}.${key}`) : [`${path}.${key} is not previewed`],
	);
}

test.each(nodeNames)('%s: every operation has a preview, and it fits what the operation puts out', async (name) => {
	const { account, faults, sandboxCredentials, displayName } = services[name];
	const { url } = sandbox[name];
	const [{ type, data }] = sandboxCredentials(url);
	const [signIn] = faults.signIns;
	const { json } = faults.item(0, 0, false);
	const run = async (parameters: INodeParameters) => {
		const { outputs, error } = await runNode({
			node: name,
			credentials: { [type]: data },
			parameters: { ...signIn.parameters, ...parameters },
			items: [json],
		});
		if (error) throw new Error(`${displayName}: ${error.message}`);
		return outputs[0].map((item) => item.json);
	};
	const planned = await run({ ...faults.parameters, operation: 'update', dryRun: true });
	const [resourceOfUpdate] = operationsOf(name).find(([, operation]) => operation === 'update')!;
	const parametersOf: Record<string, INodeParameters> = {
		applyPlan: { plan: planned[0].plan as string },
		get: account.selectionOf(faults.accounts[0]),
		getAll: { returnAll: true },
		update: faults.parameters,
	};

	for (const [resource, operation] of operationsOf(name)) {
		const preview = previewOf(name, resource, operation);
		const records = await run({ ...parametersOf[operation], resource, operation });

		expect(records.length).toBeGreaterThan(0);
		expect(records.every((record) => Object.keys(record).length > 1)).toBe(true);
		expect(records.flatMap((record) => faultsOf(record, preview))).toEqual([]);
	}
	expect(previewOf(name, resourceOfUpdate, 'applyPlan')).toEqual(previewOf(name, resourceOfUpdate, 'update'));
});

test('a key that the preview lacks, and a value of another type, are told', () => {
	const preview: Preview = { type: 'object', properties: { seats: { type: 'integer' } } };

	expect(faultsOf({ seats: '5', more: 1 }, preview)).toEqual(['.seats is string, previewed as integer', '.more is not previewed']);
});
