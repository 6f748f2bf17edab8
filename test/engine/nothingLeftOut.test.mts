import type { IDataObject } from 'n8n-workflow';

import { aodocs } from '../../nodes/Aodocs/service.ts';
import { cudoCompute } from '../../nodes/CudoCompute/service.ts';
import { definedFieldsReader } from '../../nodes/shared/parameters/definedFields.ts';
import { parameterReader } from '../../nodes/shared/parameters/parameterReader.ts';
import { changesReader } from '../../nodes/shared/parameters/readChanges.ts';
import { notesInWords } from '../../nodes/shared/plan/notes.ts';
import { failureOfInvalid, planUpdates } from '../../nodes/shared/plan/planUpdates.ts';
import type { ParameterReader, Service } from '../../nodes/shared/service.ts';
import { userHub } from '../../nodes/UserHub/service.ts';
import { executeContext } from '../support/engine.mts';
import { nodes } from '../support/installation.mts';
import { propertyOf } from '../support/updates.mts';

/** What is planned from parameters and items, by n8n's own reading of them: all that is asked is sent, or said to be left out. */

const services = { aodocs, cudoCompute, userHub } as const;
const accounts: Record<keyof typeof services, IDataObject> = {
	aodocs: {},
	cudoCompute: { billingAccountId: { __rl: true, mode: 'id', value: 'acme' } },
	userHub: { accountOf: 'organization', organizationId: { __rl: true, mode: 'id', value: 'org_1' } },
};

function plan(node: keyof typeof services, parameters: IDataObject, items: IDataObject[]) {
	const context = executeContext({ node, parameters: { ...accounts[node], ...parameters } as never, items });
	const { planned, invalid, notes } = planUpdates(context, services[node] as Service, context.getInputData());
	return {
		/** What each valid item sets. */
		sets: planned.map(({ changes }) => Object.fromEntries(changes.set)),
		clears: planned.map(({ changes }) => changes.clear),
		options: planned.map(({ options }) => options),
		/** What is wrong with each other item, in one text. */
		faults: invalid.map((item) => failureOfInvalid(item)).map(({ summary, remedy }) => `${summary}. ${remedy}`),
		hints: notesInWords(notes),
	};
}

const mapping = (...fieldsToMap: string[]) => ({ dataToSend: 'autoMapInputData', fieldsToMap });
const PRESET = ['billingAddress', 'displayName', 'taxId'];

/** One item of Cudo Compute, mapped. */
const map = (item: IDataObject, fieldsToMap = PRESET) => plan('cudoCompute', mapping(...fieldsToMap), [item]);
const define = (updateFields: unknown, item: IDataObject = {}) => plan('cudoCompute', { updateFields } as IDataObject, [item]);

describe('Auto-Map, keys that nearly name a field', () => {
	test.each<[IDataObject, string]>([
		[{ 'Display Name': 'Acme' }, '"Display Name" is nearly displayName'],
		[{ display_name: 'Acme' }, '"display_name" is nearly displayName'],
		[{ 'display-name': 'Acme' }, '"display-name" is nearly displayName'],
		[{ '\ufeffdisplayName': 'Acme' }, '"[U+FEFF]displayName" is nearly displayName'],
		[{ ' displayName': 'Acme' }, '" displayName" is nearly displayName'],
		[{ 'display\u200bName': 'Acme' }, '"display[U+200B]Name" is nearly displayName'],
		[{ ｄisplayName: 'Acme' }, 'is nearly displayName'],
		[{ 'Billing Address': { city: 'Paris' } }, '"Billing Address" is nearly billingAddress'],
		[{ 'billing_address.city': 'Paris' }, '"billing_address.city" is nearly billingAddress.city'],
		[{ 'Billing Address City': 'Paris' }, '"Billing Address City" is nearly billingAddress.city'],
		[{ 'Tax ID': 'GB123' }, '"Tax ID" is nearly taxId'],
		[{ 'Display Name *': 'Acme' }, '"Display Name *" is nearly displayName'],
		[{ 'Billing Address > City': 'Paris' }, '"Billing Address > City" is nearly billingAddress.city'],
		[{ 'billingAddress[city]': 'Paris' }, 'is nearly billingAddress.city'],
		[{ billingAddress: { City: 'Paris' } }, '"billingAddress.City" is nearly billingAddress.city'],
		[{ displayName: '', 'Display Name': 'Acme' }, '"Display Name" is nearly displayName'],
		[{ 'Display Name': 'Acme', display_name: 'Other' }, 'The keys "Display Name" and "display_name" are nearly displayName'],
	])('%j: an error that names both', (item, message) => {
		const { sets, faults } = map({ 'billingAddress.line1': '1 High Street', ...item });

		expect(sets).toEqual([]);
		expect(faults).toEqual([expect.stringContaining(message)]);
	});

	test.each<[string, IDataObject, string[]]>([
		['an exact key wins', { displayName: 'Acme', 'Display Name': 'Other' }, PRESET],
		['an exact part wins', { displayName: 'Acme', billingAddress: { city: '' }, State: 'California' }, PRESET],
		['a column State is no part of an address', { displayName: 'Acme', State: 'California', City: 'Paris' }, PRESET],
		['it is blank', { displayName: 'Acme', 'Tax ID': ' ', 'Billing Address': {} }, PRESET],
		['its field is not mapped', { displayName: 'Acme', 'Tax ID': 'GB123' }, ['displayName']],
		['other keys', { displayName: 'Acme', row: 7, 'a.b': 1, id: 'acme', constructor: 'x' }, PRESET],
	])('none: %s', (_, item, fieldsToMap) => {
		const { sets, faults } = map(item, fieldsToMap);

		expect(faults).toEqual([]);
		expect(sets).toEqual([{ displayName: 'Acme' }]);
	});

	test('a column State is nearly the state of the account where that is mapped', () => {
		expect(map({ State: 'California' }, ['state']).faults[0]).toContain('"State" is nearly state');
	});
});

describe('Auto-Map, what is inside objects', () => {
	test.each<[string, IDataObject, IDataObject]>([
		['JSON text', { billingAddress: '{"city":"Paris"}' }, { 'billingAddress.city': 'Paris' }],
		['JSON text with a byte order mark', { billingAddress: '\ufeff {"city":"Paris"} ' }, { 'billingAddress.city': 'Paris' }],
		[
			'JSON text below the first level',
			{ creditBalanceRecharge: { low: '{"value":"5"}', transaction: '{"amount":{"value":"7"}}' } },
			{ 'creditBalanceRecharge.low': '5', 'creditBalanceRecharge.transaction.amount': '7' },
		],
		[
			'an object under a dotted key',
			{ 'creditBalanceRecharge.transaction': { status: 'paid' } },
			{ 'creditBalanceRecharge.transaction.status': 'paid' },
		],
		['the same value twice', { 'taxId.value': 'GB1', taxId: { value: 'GB1' } }, { 'taxId.value': 'GB1' }],
		['what the API only shows', { taxId: { id: 'txi_1', value: 'GB1' }, 'taxId.id': 'txi_1' }, { 'taxId.value': 'GB1' }],
		['a blank part that it does not have', { billingAddress: { city: 'Paris', postcode: '' } }, { 'billingAddress.city': 'Paris' }],
	])('%s is read', (_, item, set) => {
		const { sets, faults } = map(item, [...PRESET, 'creditBalanceRecharge', 'creditBalanceRecharge.transaction']);

		expect(faults).toEqual([]);
		expect(sets).toEqual([set]);
	});

	test.each<[string, IDataObject, string]>([
		['other text', { billingAddress: '1 High Street' }, 'billingAddress is not an object'],
		['broken JSON', { billingAddress: '{"city":"Paris"' }, 'billingAddress is not an object'],
		['a list', { billingAddress: '[{"city":"Paris"}]' }, 'billingAddress is not an object'],
		['other text below', { creditBalanceRecharge: { transaction: 'paid' } }, 'creditBalanceRecharge.transaction is not an object'],
		['an unknown part', { billingAddress: { postcode: 'BH1' } }, 'billingAddress.postcode is not a part that the service knows'],
		['an unknown part with dots', { 'billingAddress.postcode': 'BH1' }, 'billingAddress.postcode is not a part that the service knows'],
		['an unknown part in JSON text', { billingAddress: '{"postcode":"BH1"}' }, 'The parts of billingAddress are: city, country'],
		['two values', { 'taxId.value': 'GB1', taxId: { value: 'GB2' } }, 'Tax ID > Value has two values, as taxId.value and as taxId.value'],
	])('%s: an error', (_, item, message) => {
		const { sets, faults } = map({ displayName: 'Acme', ...item }, [
			...PRESET,
			'creditBalanceRecharge',
			'creditBalanceRecharge.transaction',
		]);

		expect(sets).toEqual([]);
		expect(faults).toEqual([expect.stringContaining(message)]);
	});

	test('a recharge is read without its transaction, which has an entry of its own', () => {
		const item = { creditBalanceRecharge: { low: { value: '5' }, transaction: { status: 'paid' } } };

		expect(map(item, ['creditBalanceRecharge']).sets).toEqual([{ 'creditBalanceRecharge.low': '5' }]);
		expect(map(item, ['creditBalanceRecharge.transaction']).sets).toEqual([{ 'creditBalanceRecharge.transaction.status': 'paid' }]);
	});

	test('what Get puts out can be edited and given back', () => {
		const record = {
			id: 'acme',
			displayName: 'New name',
			billingAddress: {
				name: 'Acme',
				line1: '1 High Street',
				line2: '',
				city: 'Paris',
				state: '',
				postalCode: '75001',
				country: 'FR',
				phone: '',
			},
			taxId: { id: 'txi_1', type: 'eu_vat', value: 'FR1' },
			state: 'STATE_ACTIVE',
			monthlySpend: '812.40',
			createTime: '2025-01-01T00:00:00Z',
			creditBalance: { value: '5.00' },
			deleteTime: null,
		};
		expect(map(record).faults).toEqual([]);
	});
});

describe('Fields to Map', () => {
	test.each<[unknown, string]>([
		[['displayName', 'displayname'], 'names "displayname", which is not a field'],
		[['displayName', 'Tax ID'], 'Did you mean taxId?'],
		[['displayName', 'billingAddress.postcode'], 'names "billingAddress.postcode"'],
		['{"displayName":true}', 'Fields to Map is not a list'],
		[7, 'Fields to Map is not a list'],
	])('%j: an error', (fieldsToMap, message) => {
		const { faults } = plan('cudoCompute', { dataToSend: 'autoMapInputData', fieldsToMap: '={{ $json.map }}' }, [
			{ displayName: 'Acme', map: fieldsToMap as never },
		]);
		expect(faults).toEqual([expect.stringContaining(message)]);
	});

	test.each(['["displayName","taxId"]', 'displayName, taxId', ['displayName', ' taxId\u200b']])('the list %j is read', (map) => {
		const { sets } = plan('cudoCompute', { dataToSend: 'autoMapInputData', fieldsToMap: '={{ $json.map }}' }, [
			{ displayName: 'Acme', taxId: { value: 'GB1' }, map },
		]);
		expect(sets).toEqual([{ displayName: 'Acme', 'taxId.value': 'GB1' }]);
	});

	test('presets are what the service documents as updatable', () => {
		const presets = (['aodocs', 'cudoCompute', 'userHub'] as const).map((name) => propertyOf(nodes[name], 'fieldsToMap').default);
		expect(presets).toEqual([['maxSeats', 'portalUrl', 'type'], PRESET, ['address', 'displayName', 'email', 'phoneNumber']]);
	});

	test('a field that the items have under its own name, and that is not chosen, is in a hint', () => {
		const { hints } = plan('cudoCompute', mapping(...PRESET), [
			{ displayName: 'A', monthlySpendLimit: '5' },
			{ displayName: 'B', monthlySpendLimit: '', 'creditBalanceRecharge.low': '1' },
		]);
		expect(hints).toEqual([expect.stringContaining('monthlySpendLimit (1 of 2 items), creditBalanceRecharge.low (1 of 2 items)')]);
	});
});

describe('Define Below', () => {
	// n8n itself drops keys that the node does not have, and expressions for a whole object, so the reader is asked directly.
	const read = definedFieldsReader(cudoCompute.fields.all, ['taxId.id']);
	const valuesIn = (given: unknown) =>
		Object.fromEntries(read(given, 'Update Fields').values.map(({ field, value }) => [field.path, value]));
	const faultsIn = (given: unknown) =>
		read(given, 'Update Fields').problems.map(({ field, fault, remedy }) => `${field} ${fault}. ${remedy}`);

	test.each<[string, unknown, IDataObject]>([
		['an object', { billingAddress: { city: 'Paris' } }, { 'billingAddress.city': 'Paris' }],
		['JSON text', { billingAddress: '{"city":"Paris"}' }, { 'billingAddress.city': 'Paris' }],
		['JSON text for all', '{"displayName":"Acme"}', { displayName: 'Acme' }],
		['names of the editor', { creditBalanceRecharge: { transactionStatus: 'x' } }, { 'creditBalanceRecharge.transaction.status': 'x' }],
		['names of the API', { creditBalanceRecharge: '{"transaction":{"status":"x"}}' }, { 'creditBalanceRecharge.transaction.status': 'x' }],
		['what the API only shows', { taxId: '{"id":"txi_1","value":"GB1"}' }, { 'taxId.value': 'GB1' }],
	])('%s is read', (_, given, values) => {
		expect(faultsIn(given)).toEqual([]);
		expect(valuesIn(given)).toEqual(values);
	});

	test.each<[string, unknown, string]>([
		['a key that does not exist', { displayName: 'Acme', nickname: 'Ac' }, 'Update Fields > nickname is not a field'],
		['a key in the wrong case', { displayname: 'Acme' }, 'Did you mean displayName?'],
		['a part that does not exist', { billingAddress: '{"postcode":"BH1"}' }, 'Update Fields > billingAddress.postcode is not a field'],
		['text for an object', { billingAddress: '1 High Street' }, 'billingAddress is not an object'],
		['text for all', 'Acme', 'Update Fields is not an object'],
	])('%s: an error', (_, given, message) => {
		expect(faultsIn(given)).toEqual([expect.stringContaining(message)]);
	});

	test.each<[string, IDataObject, string]>([
		['a key that does not exist', { updateFields: { nickname: 'Ac' } }, 'Update Fields > nickname'],
		['a key that does not exist', { readOnlyFields: { nickname: 'Ac' } }, 'Read-Only Fields > nickname'],
		['text for all', { readOnlyFields: 'Acme' }, 'Read-Only Fields'],
	])('%s, in %j: the error says in which collection', (_, given, field) => {
		const { node } = parameterReader(executeContext({ node: 'cudoCompute', parameters: {}, items: [{}] }));
		const parameters: ParameterReader = { node, timeZone: () => 'UTC', read: (name, _item, fallback) => given[name] ?? fallback };
		expect(changesReader(parameters, { ...cudoCompute.fields, fields: cudoCompute.fields.all })({}, 0).problems).toMatchObject([{ field }]);
	});

	test('an expression for a whole object, which n8n drops, is in a hint', () => {
		const { hints } = define({ displayName: 'Acme', billingAddress: '={{ $json.address }}' }, { address: '{"city":"Paris"}' });
		expect(hints).toEqual([expect.stringContaining('Added without any part, so nothing of it was sent: Billing Address (1 of 1 item)')]);
	});

	test('a field given by expression that is blank in some items is in a hint, with the counts', () => {
		const names = ['A', '', 'B', ' \u200b', null];
		const { sets, hints } = plan(
			'cudoCompute',
			{ updateFields: { displayName: '={{ $json.name }}', stripeRef: 'cus_1' } },
			names.map((name) => ({ name })),
		);
		expect(sets).toHaveLength(5);
		expect(hints).toEqual([expect.stringContaining('Display Name (3 of 5 items)')]);
	});
});

describe('lists as text', () => {
	test('Fields to Clear', () => {
		const { clears } = plan('cudoCompute', { fieldsToClear: '={{ $json.clear }}' }, [
			{ clear: '["taxId","stripeRef"]' },
			{ clear: 'taxId,stripeRef' },
			{ clear: ['taxId', 'stripeRef'] },
		]);
		expect(clears).toEqual(Array(3).fill(['taxId', 'stripeRef']));
	});

	test.each(['{"taxId":true}', '["taxid"]', 7, true])('Fields to Clear %j: an error', (clear) => {
		expect(plan('cudoCompute', { fieldsToClear: '={{ $json.clear }}' }, [{ clear } as IDataObject]).faults).toHaveLength(1);
	});

	test.each([['["1 High Street","Floor 2"]'], [['1 High Street', 'Floor 2']], ['1 High Street\r\nFloor 2']])(
		'address lines %j',
		(lines) => {
			expect(plan('userHub', mapping('address'), [{ address: { lines } }]).sets).toEqual([
				{ 'address.lines': ['1 High Street', 'Floor 2'] },
			]);
		},
	);

	test.each(['[]', '[""]', ' [ ] ', '[null]', '[[]]', '[" ","\u200b"]'])('address lines %j are blank, and erase nothing', (lines) => {
		const { sets } = plan('userHub', { updateFields: { address: { lines }, displayName: 'Acme' } }, [{}]);

		expect(sets).toEqual([{ displayName: 'Acme' }]);
	});

	test('address lines that an expression gives as a list without a text are in the hint of what is blank', () => {
		const updateFields = { address: { lines: '={{ $json.lines }}' }, displayName: 'Acme' };
		const { hints } = plan('userHub', { updateFields }, [{ lines: '[]' }, { lines: '["1 High Street"]' }]);

		expect(hints).toEqual([expect.stringContaining('Address > Lines (1 of 2 items)')]);
	});

	test.each(['["1 High Street"', '{"line":1}', '[{"line":1}]'])('address lines %j: an error', (lines) => {
		expect(plan('userHub', mapping('address'), [{ address: { lines } }]).faults[0]).toContain('Address > Lines is not a list of texts');
	});
});

describe('Update Mask', () => {
	const masked = (updateMask: string, more: IDataObject = {}) =>
		plan('cudoCompute', { updateFields: { displayName: 'Acme' }, options: { updateMask }, ...more }, [{}]);

	test.each<[string, string, IDataObject?]>([
		['displayname', 'Update Mask names displayname, which is not a field'],
		['displayname', 'Did you mean displayName?'],
		['displayName,billingAddress.postcode', 'names billingAddress.postcode'],
		['taxId', 'Update Mask does not cover displayName, which the item sets'],
		['displayName', 'Update Mask does not cover taxId, which the item clears', { fieldsToClear: ['taxId'] }],
	])('%s: an error: %s', (mask, message, more = {}) => {
		expect(masked(mask, more).faults[0]).toContain(message);
	});

	test.each<[string, IDataObject, string]>([
		['displayName,stripeRef', { displayName: '' }, 'displayName'],
		['stripeRef,billingAddress', { billingAddress: { city: ' ' } }, 'billingAddress.city'],
	])('%s, and what it names is blank: an error, because a blank value never erases', (updateMask, blank, path) => {
		const parameters = { updateFields: { ...blank, stripeRef: 'cus_1' }, options: { updateMask } };
		const { sets, faults } = plan('cudoCompute', parameters, [{}]);

		expect(sets).toEqual([]);
		expect(faults).toEqual([expect.stringContaining(`Update Mask names ${path}, which is blank in the item`)]);
	});

	test('a mask that names what is blank and cleared is taken', () => {
		const more = { updateFields: { displayName: 'Acme', stripeRef: '' }, fieldsToClear: ['stripeRef'] };
		const { sets, clears } = masked('displayName,stripeRef', more);
		expect([sets, clears]).toEqual([[{ displayName: 'Acme' }], [['stripeRef']]]);
	});

	test('a mask that covers all is taken', () => {
		const { sets, clears } = masked('displayName,taxId');
		expect([sets, clears]).toEqual([[{ displayName: 'Acme' }], [['taxId']]]);
	});
});

describe('nothing to update', () => {
	test('names what was looked for and what the item has', () => {
		const [fault] = map({ company: 'Acme', displayName: ' ' }, ['displayName', 'taxId']).faults;
		expect(fault).toContain('Looked for: displayName, taxId. The item has: company, displayName (blank).');
	});

	test('names the fields that are blank', () => {
		expect(define({ displayName: '={{ $json.name }}' }, { name: '' }).faults[0]).toContain('Display Name is blank.');
	});

	test('no field is chosen', () => {
		expect(map({ displayName: 'Acme' }, []).faults[0]).toContain('Fields to Map is empty');
	});
});

describe('guards and switches', () => {
	const withOption = (options: IDataObject, item: IDataObject = {}) =>
		plan('cudoCompute', { updateFields: { displayName: 'Acme' }, ...options }, [item]);

	test.each(['', ' ', null, 'many', '50%', true, 'Infinity', '-1', [], '0x10', '12,5', '1e3', '1e400', undefined])(
		'Refuse Changes Above %j refuses',
		(limit) => {
			const { sets, faults } = withOption({ options: { refuseChangesAbove: '={{ $json.limit }}' } }, { limit } as IDataObject);
			expect(sets).toEqual([]);
			expect(faults[0]).toMatch(/^Refuse Changes Above \(%\) is (blank|not a number from 0)/);
		},
	);

	test.each<[unknown, number]>([
		[50, 50],
		['12.5', 12.5],
		[' 0 ', 0],
	])('Refuse Changes Above %j is %p', (limit, read) => {
		const { options } = withOption({ options: { refuseChangesAbove: '={{ $json.limit }}' } }, { limit } as IDataObject);
		expect(options[0].refuseChangesAbove).toBe(read);
	});

	test.each<[unknown, boolean]>([
		[true, true],
		['yes', true],
		[1, true],
		['TRUE', true],
		['on', true],
		[false, false],
		['no', false],
		[0, false],
		['FALSE ', false],
	])('a switch reads %j as %p', (given, isOn) => {
		const { options } = withOption({ dryRun: '={{ $json.given }}', options: { skipIfUnchanged: '={{ $json.given }}' } }, {
			given,
		} as IDataObject);
		expect([options[0].dryRun, options[0].skipIfUnchanged]).toEqual([isOn, isOn]);
	});

	test.each(['maybe', 2, 'ja', {}])('any other word is an error: %j', (given) => {
		expect(withOption({ dryRun: '={{ $json.given }}' }, { given } as IDataObject).faults[0]).toContain('Dry Run is neither true nor false');
		expect(withOption({ options: { skipIfUnchanged: '={{ $json.given }}' } }, { given } as IDataObject).faults[0]).toContain(
			'Skip If Unchanged is neither true nor false',
		);
	});

	test.each(['failIfPartlyApplied', 'skipIfUnchanged'])('%s that an expression leaves blank: an error', (option) => {
		const { faults } = plan('aodocs', { updateFields: { maxSeats: 5 }, options: { [option]: '={{ $json.on }}' } }, [{}]);

		expect(faults).toEqual([expect.stringContaining('is blank')]);
	});

	test.each(['x', '', null])('Data to Send %j: an error', (dataToSend) => {
		const { sets, faults } = plan('aodocs', { dataToSend: '={{ $json.way }}', updateFields: { maxSeats: 5 } }, [{ way: dataToSend }]);

		expect(sets).toEqual([]);
		expect(faults).toEqual([expect.stringContaining('Data to Send is not one of its choices')]);
	});

	test('a Dry Run that an expression leaves blank sends nothing', () => {
		expect(withOption({ dryRun: '={{ $json.given }}' }, { given: '' }).faults[0]).toContain('Dry Run is blank');
	});

	test.each<[IDataObject, string]>([
		[{ maxRetries: 'many' }, 'Max Retries is not a whole number from 0 to 10'],
		[{ maxRetries: 11 }, 'Max Retries is not a whole number from 0 to 10'],
		[{ timeout: 0 }, 'Timeout is not a whole number from 1 to'],
	])('options %j: an error', (options, message) => {
		expect(withOption({ options }).faults[0]).toContain(message);
	});
});

describe('the account', () => {
	const withId = (value: unknown) =>
		plan('cudoCompute', { billingAccountId: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, updateFields: { displayName: 'A' } }, [
			{ id: value } as IDataObject,
		]);

	test.each<[unknown, string]>([
		[2 ** 53, 'Billing Account is not an ID'],
		[12345678901234567890, 'Billing Account is not an ID'],
		[1.5, 'Billing Account is not an ID'],
		['undefined', 'what a failed expression leaves'],
		['null', 'what a failed expression leaves'],
		['NaN', 'what a failed expression leaves'],
		['[object Object]', 'what a failed expression leaves'],
		['#REF!', 'the error of a spreadsheet cell'],
		[{ id: 'acme' }, 'Billing Account is not an ID'],
		[true, 'Billing Account is not an ID'],
		['ac\u200bme', 'It is "ac[U+200B]me"'],
		['\u200b', 'Billing Account is blank'],
		['Acme Ltd', 'Billing Account looks like a name, where an ID is wanted'],
	])('%j: an error', (id, message) => {
		const { sets, faults } = withId(id);
		expect(sets).toEqual([]);
		expect(faults[0]).toContain(message);
	});

	test.each([' acme ', '\ufeffacme\u200b', '\u202aacme\u202c'])(
		'around an ID white space and invisible characters are taken off: %j',
		(id) => {
			const context = executeContext({
				node: 'cudoCompute',
				parameters: { billingAccountId: { __rl: true, mode: 'id', value: id }, updateFields: { displayName: 'A' } },
			});
			expect(planUpdates(context, cudoCompute, context.getInputData()).planned[0].target.key).toBe('acme');
		},
	);
});

describe('messages', () => {
	test('several problems are a list, one a line', () => {
		const [fault] = plan('cudoCompute', { readOnlyFields: { monthlySpendLimit: '1,000', creditBalance: 'x' } }, [{}]).faults;
		expect(fault.split('\n')).toEqual([
			expect.stringMatching(
				/^Credit Balance is not a decimal number, and 1 more problem\. - Credit Balance is not a decimal number\. It is "x"\./,
			),
			expect.stringMatching(/^- Monthly Spend Limit is not a decimal number\. It is "1,000"\./),
		]);
	});

	test('a failed expression: which parameter, which node, and the expression', () => {
		const [fault] = define({ displayName: 'A', billingAddress: { city: "={{ $('Nowhere').item.json.city }}" } }).faults;
		expect(fault).toMatch(/^The expression of Update Fields > Billing Address > City in the node ".+" failed\./);
		expect(fault).toContain("$('Nowhere')");
	});

	test('seats are not negative', () => {
		expect(plan('aodocs', { updateFields: { maxSeats: -1 } }, [{}]).faults[0]).toContain('Max Seats is less than 0');
	});
});
