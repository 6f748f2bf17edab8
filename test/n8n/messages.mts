/** Hints and messages as the editor shows them: of values that vanish, of values that are not what was meant, and of expressions that fail. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import type { SavedCredential } from '../../demo/n8nApi.mts';
import { demoCredentials } from '../../demo/services.mts';
import { openWorkflow } from './browser.mts';
import type { TestEnvironment } from './environment.mts';
import { NodeForm } from './nodeForm.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { itemsWorkflow } from './workflows.mts';

interface Shown {
	/** What is tried. */
	title: string;
	type: 'aodocs' | 'cudoCompute' | 'userHub';
	parameters: Record<string, unknown>;
	items: Array<Record<string, unknown>>;
	/** What the output panel says; of an error its message and its description, each line for itself. */
	says: RegExp[];
	/** How many updates are sent; none unless given. */
	sent?: number;
}

const autoMap = (...fieldsToMap: string[]) => ({ dataToSend: 'autoMapInputData', fieldsToMap });
const billingAccount = { billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.account }}' } };
const organization = { accountOf: 'organization', organizationId: { __rl: true, mode: 'id', value: '={{ $json.account }}' } };

const CASES: Shown[] = [
	{
		title: 'keys that nearly name a mapped field',
		type: 'cudoCompute',
		parameters: { ...billingAccount, ...autoMap('displayName', 'billingAddress') },
		items: [
			{ account: 'acme-billing', 'Display Name ': 'Acme GmbH', 'billingAddress.postcode': '10969', 'billingAddress.city': 'Berlin' },
			{ account: 'acme-billing', displayName: 'Acme GmbH' },
		],
		says: [
			/Item 0, billing account acme-billing/,
			/^- ?The key "Display Name " is nearly displayName, but not its name\./m,
			/^- ?billingAddress\.postcode is not a part that the service knows\./m,
		],
	},
	{
		title: 'an entry of Fields to Map that is no field',
		type: 'cudoCompute',
		parameters: { ...billingAccount, ...autoMap('displayname') },
		items: [{ account: 'acme-billing', displayName: 'Acme GmbH' }],
		says: [/Fields to Map names "displayname", which is not a field/, /Did you mean displayName\?/],
	},
	{
		title: 'a field of the item that is not chosen in Fields to Map',
		type: 'cudoCompute',
		parameters: { ...billingAccount, ...autoMap('displayName') },
		items: [
			{ account: 'acme-billing', displayName: 'Acme GmbH', monthlySpendLimit: '500' },
			{ account: 'acme-billing', displayName: 'Acme AG', monthlySpendLimit: '600' },
		],
		says: [/2 updated\./, /not chosen in Fields to Map, so not sent: monthlySpendLimit \(2 of 2 items\)/],
		sent: 2,
	},
	{
		title: 'Define Below: a field that is blank in three of five items',
		type: 'cudoCompute',
		parameters: {
			...billingAccount,
			updateFields: { displayName: '={{ $json.name }}', billingAddress: { city: '={{ $json.city }}' } },
		},
		items: ['Berlin', '', ' ', '', 'Poole'].map((city, index) => ({ account: 'acme-billing', name: `Acme ${index}`, city })),
		says: [/Billing Address > City \(3 of 5 items\)/, /A blank value never erases anything/],
		sent: 5,
	},
	{
		title: 'an update mask that does not know a name',
		type: 'cudoCompute',
		parameters: { ...billingAccount, updateFields: { displayName: 'Acme GmbH' }, options: { updateMask: 'displayname' } },
		items: [{ account: 'acme-billing' }],
		says: [/Update Mask/, /displayName/],
	},
	{
		title: 'nothing to update: the keys looked for, and those that the item has',
		type: 'userHub',
		parameters: { ...organization, ...autoMap('email', 'phoneNumber') },
		items: [{ account: 'org_sandbox0000001', company: 'Acme', mail: 'ann@acme.example' }],
		says: [/Nothing to update/, /Looked for: email, phoneNumber\./, /The item has: account, company, mail\./],
	},
	{
		title: 'several values that are not what was meant, in several rows',
		type: 'userHub',
		parameters: { ...organization, ...autoMap('displayName', 'email', 'phoneNumber', 'address') },
		items: [
			{
				account: 'org_sandbox0000001',
				displayName: 'undefined',
				email: 'ann\u200b@acme.example',
				phoneNumber: '0044 1202 555000',
				address: { country: 'UK' },
			},
			{ account: 'org_sandbox0000002', displayName: '#REF!' },
			{ account: 'Acme Ltd', displayName: 'Acme' },
			{ account: 'org_sandbox0000003', displayName: 'Good' },
		],
		says: [
			/Item 0, organization org_sandbox0000001: .*4? not sent/,
			/^- ?Display Name .*failed expression/im,
			/U\+200B/,
			/Write \+ for the 00/,
			/Use GB/,
			/Item 1, organization org_sandbox0000002: /,
			/Item 2/,
		],
	},
	{
		title: 'an expression that fails',
		type: 'aodocs',
		parameters: { updateFields: { maxSeats: '={{ $json.seats.toFixed() }}', portalUrl: "={{ $('Nobody').item.json.url }}" } },
		items: [{ other: 1 }],
		says: [/Max Seats|Portal URL/],
	},
	{
		title: 'a list with HTML in a value',
		type: 'userHub',
		parameters: { ...organization, ...autoMap('email', 'phoneNumber') },
		items: [{ account: 'org_sandbox0000001', email: 'Ann <ann@acme.example>', phoneNumber: '<b>12</b>' }],
		says: [/^- ?Email .*"Ann <ann@acme\.example>"/m, /^- ?Phone Number .*"<b>12<\/b>"/m],
	},
];

/** Runs the step. @returns what the output panel shows afterwards */
async function shownAfterRun(form: NodeForm): Promise<string> {
	const { status } = await form.execute();
	if (status === 'error') {
		const { message, description } = await form.shownError();
		return `${message}\n${description}`;
	}
	return await form.output.innerText();
}

export async function messages(steps: Steps, context: BrowserContext, { api, services, folder }: TestEnvironment): Promise<void> {
	const pictures = join(folder, 'messages');
	mkdirSync(pictures, { recursive: true });
	const saved: SavedCredential[] = [];
	for (const content of demoCredentials(services)) saved.push(await api.saveCredential(content));
	const credentialTypes = { aodocs: 'aodocsSecurityCodeApi', cudoCompute: 'cudoComputeApi', userHub: 'userHubApi' };

	for (const [index, { title, type, parameters, items, says, sent = 0 }] of CASES.entries()) {
		await steps.step(title, async () => {
			const credential = saved.find((each) => each.type === credentialTypes[type])!;
			const { id } = await api.createWorkflow(itemsWorkflow(title, items, type, credential, parameters));
			services.sandbox.reset();
			const page = await openWorkflow(context, api, id);
			const form = await NodeForm.open(page, api, 'Update');
			const text = await shownAfterRun(form);
			await page.screenshot({ path: join(pictures, `${index + 1}-${title.replace(/\W+/g, '-')}.png`) });
			for (const pattern of says) assert.match(text, pattern);
			assert.equal(requests(services.sandbox[type], 'PATCH').length, sent);
			await page.close();
			return text.replace(/\n/g, ' | ');
		});
	}
	console.log(`      pictures: ${pictures}`);
}
