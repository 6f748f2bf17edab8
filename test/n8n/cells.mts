/** Cells as people have them, read by n8n's own spreadsheet node and mapped automatically; judged by what the service stored. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { n8nFolder } from '../../demo/folders.mts';
import { demoCredentials } from '../../demo/services.mts';
import { valueAt } from '../../sandbox/paths.mts';
import type { TestEnvironment } from './environment.mts';
import { requests } from './requests.mts';
import type { Steps } from './steps.mts';
import { cellsWorkflow, TRIGGER, updateNode } from './workflows.mts';

/** A cell, and what is stored for it; a pattern is what is said instead, while the field keeps its value. */
type Case = [field: string, cell: unknown, expected: unknown];

/** Said of a row that has nothing but a blank cell. */
const LEFT_OUT = /nothing to update/i;

const FAILED = /failed expression/;
const SHEET_ERROR = /spreadsheet/i;
const NO_DECIMAL = /not a decimal/;

/** For Cudo Compute. */
const ofCudoCompute: Case[] = [
	['displayName', 'Acme  ', 'Acme'],
	['displayName', '\u00a0Acme\u00a0', 'Acme'],
	['displayName', 'Acme\u00a0Ltd', 'Acme\u00a0Ltd'],
	['displayName', '\u200eAcme\u200f', 'Acme'],
	['displayName', 'Acme 🚀 👨\u200d👩\u200d👧', 'Acme 🚀 👨\u200d👩\u200d👧'],
	['displayName', 'Café', 'Café'],
	['displayName', 'Cafe\u0301', 'Cafe\u0301'],
	['displayName', 'Null & Void Ltd', 'Null & Void Ltd'],
	['displayName', '#1 Pizza!', '#1 Pizza!'],
	['displayName', '00123', '00123'],
	['displayName', 'null', FAILED],
	['displayName', 'undefined', FAILED],
	['displayName', 'NaN', FAILED],
	['displayName', '[object Object]', FAILED],
	['displayName', '#REF!', SHEET_ERROR],
	['displayName', '#NV', SHEET_ERROR],
	['displayName', 'N/A', /word for nothing/],
	['displayName', ' ', LEFT_OUT],
	['displayName', '\u00a0', LEFT_OUT],
	['displayName', '\u200b\u2060', LEFT_OUT],
	['monthlySpendLimit', '1250.50 ', { value: '1250.50' }],
	['monthlySpendLimit', '\ufeff12', { value: '12' }],
	['monthlySpendLimit', '1.234,50', NO_DECIMAL],
	['monthlySpendLimit', "1'234.50", NO_DECIMAL],
	['monthlySpendLimit', '1,234.50', NO_DECIMAL],
	['monthlySpendLimit', '12,5', NO_DECIMAL],
	['monthlySpendLimit', '1\u200b5', NO_DECIMAL],
	['monthlySpendLimit', '#VALUE!', SHEET_ERROR],
	['creditBalanceRecharge.autoRecharge', 'yes', true],
	['creditBalanceRecharge.autoRecharge', 'NO', false],
	['creditBalanceRecharge.autoRecharge', '1', true],
	['creditBalanceRecharge.autoRecharge', '0', false],
	['creditBalanceRecharge.autoRecharge', 'FALSE', false],
	['creditBalanceRecharge.autoRecharge', 'ja', /neither true nor false/],
	['state', 'state_active ', 'STATE_ACTIVE'],
	['state', 'active', /STATE_ACTIVE/],
];

/** For UserHub. */
const ofUserHub: Case[] = [
	['address.country', 'gb', 'GB'],
	['address.country', 'NA', 'NA'],
	['address.country', 'UK', /GB/],
	['address.country', 'Germany', /DE/],
	['address.lines', '["1 High Street","Floor 2"]', ['1 High Street', 'Floor 2']],
	['address.lines', '1 High Street\r\nFloor 2', ['1 High Street', 'Floor 2']],
	['phoneNumber', '+44 1202 555-000', '+441202555000'],
	['phoneNumber', '\u202a+1 212 555 0123\u202c', '+12125550123'],
	['phoneNumber', '0044 1202 555000', /Write \+ for the 00/],
	['email', ' ann@acme.example\u00a0', 'ann@acme.example'],
	['email', 'ann@acme.example,', /not an e-mail address/],
	['email', 'ann\u200b@acme.example', /invisible characters/],
];

/** Cells that only a workbook has: numbers, a truth value, a date, an error. */
const ofWorkbook: Case[] = [
	['monthlySpendLimit', 250, { value: '250' }],
	['monthlySpendLimit', 1250.5, { value: '1250.5' }],
	['monthlySpendLimit', 0.1 + 0.2, { value: '0.3' }],
	['monthlySpendLimit', 0, { value: '0' }],
	['creditBalanceRecharge.autoRecharge', true, true],
	['creditBalanceRecharge.autoRecharge', false, false],
	['creditBalanceRecharge.autoRecharge', 1, true],
	['displayName', 2026, '2026'],
	['displayName', 'Cafe\u0301 🚀 ', 'Cafe\u0301 🚀'],
	// n8n's node gives a date as the number of its day.
	['creditBalanceRecharge.transaction.createTime', new Date(Date.UTC(2026, 0, 31)), /not a date and time/],
	['displayName', { error: '#N/A' }, SHEET_ERROR],
	['monthlySpendLimit', { error: '#DIV/0!' }, SHEET_ERROR],
];

interface Service {
	ids(): string[];
	record(id: string): Record<string, unknown> | undefined;
	set(id: string, record: Record<string, unknown>): void;
	reset(): void;
	log: Parameters<typeof requests>[0]['log'];
}

const columnsOf = (cases: Case[]) => ['account', ...new Set(cases.map(([field]) => field))];

/** One row for each case: its account, and the one cell; the header has a byte order mark in front, and lines end with CRLF. */
function csvOf(cases: Case[], accounts: string[]): string {
	const columns = columnsOf(cases);
	const quoted = (text: unknown) => `"${String(text ?? '').replaceAll('"', '""')}"`;
	const rows = cases.map(([field, cell], index) =>
		columns.map((column) => (column === 'account' ? quoted(accounts[index]) : quoted(column === field ? cell : ''))).join(','),
	);
	return `\ufeff${[columns.join(','), ...rows].join('\r\n')}\r\n`;
}

interface Xlsx {
	utils: {
		aoa_to_sheet(rows: unknown[][]): Record<string, unknown>;
		book_new(): object;
		book_append_sheet(book: object, sheet: object): void;
	};
	write(book: object, options: { type: 'buffer'; bookType: 'xlsx' }): Buffer;
}

/** The same as a workbook, written with the library that n8n reads it with. */
function workbookOf(cases: Case[], accounts: string[]): Buffer {
	const { utils, write } = createRequire(join(n8nFolder, 'package.json'))('@e965/xlsx') as Xlsx;
	const columns = columnsOf(cases);
	const isError = (cell: unknown): cell is { error: string } => typeof cell === 'object' && cell !== null && 'error' in cell;
	const errorCodes: Record<string, number> = { '#N/A': 42, '#DIV/0!': 7 };
	const cellOf = (cell: unknown) => (isError(cell) ? { t: 'e', v: errorCodes[cell.error], w: cell.error } : cell);
	const rows = cases.map(([field, cell], index) =>
		columns.map((column) => (column === 'account' ? accounts[index] : column === field ? cellOf(cell) : undefined)),
	);
	const book = utils.book_new();
	utils.book_append_sheet(book, utils.aoa_to_sheet([columns, ...rows]));
	return write(book, { type: 'buffer', bookType: 'xlsx' });
}

export async function cells(steps: Steps, { api, services }: TestEnvironment): Promise<void> {
	const { cudoCompute, userHub } = services.sandbox;
	const files = new Map<string, Buffer | string>();
	const server = createServer((request, response) => response.end(files.get(request.url ?? ''))).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	const account = { __rl: true, mode: 'id', value: '={{ $json.account }}' };
	const nodes = {
		cudoCompute: {
			service: cudoCompute as Service,
			prefix: 'cell-',
			parameters: {
				billingAccountId: account,
				fieldsToMap: ['displayName', 'monthlySpendLimit', 'creditBalanceRecharge', 'state'],
			},
		},
		userHub: {
			service: userHub as Service,
			prefix: 'org_cell',
			parameters: { accountOf: 'organization', organizationId: account, fieldsToMap: ['address', 'phoneNumber', 'email'] },
		},
	};

	/** Sends each case through a file to an account of its own. @returns how many were stored and how many explained */
	async function run(name: keyof typeof nodes, fileFormat: 'csv' | 'xlsx', cases: Case[]): Promise<string> {
		const { service, prefix, parameters } = nodes[name];
		service.reset();
		const plain = service.record(service.ids()[0])!;
		const ids = cases.map((_, index) => `${prefix}${String(index).padStart(3, '0')}`);
		for (const id of ids) service.set(id, name === 'cudoCompute' ? { ...plain, id } : plain);
		const path = `/${name}.${fileFormat}`;
		files.set(path, fileFormat === 'csv' ? csvOf(cases, ids) : workbookOf(cases, ids));
		const { type, ...content } = demoCredentials(services).find((candidate) => candidate.type === `${name}Api`)!;
		const credential = await api.saveCredential({ ...content, type, name: `${content.name}, cells` });
		const target = updateNode(name, credential, { ...parameters, dataToSend: 'autoMapInputData' }, 'continueRegularOutput');
		const { id } = await api.createWorkflow(cellsWorkflow(`Cells, ${name}, ${fileFormat}`, `${url}${path}`, fileFormat, target));
		const execution = await api.runWorkflow(id, TRIGGER);
		assert.equal(execution.status, 'success', execution.error?.message);
		const { items } = execution.nodes.Update;
		assert.equal(items.length, cases.length);

		const wrong: string[] = [];
		for (const [index, [field, cell, expected]] of cases.entries()) {
			const stored = valueAt(service.record(ids[index])!, field);
			const { message } = items[index].json;
			const isSaid = expected instanceof RegExp;
			const isRight = isSaid
				? expected.test(String(message)) &&
					isDeepStrictEqual(
						service.record(ids[index]),
						service.record(ids[index]) && { ...plain, ...(name === 'cudoCompute' && { id: ids[index] }) },
					)
				: isDeepStrictEqual(stored, expected);
			if (!isRight) wrong.push(`${field} ${JSON.stringify(cell)}: stored ${JSON.stringify(stored)}, said ${String(message ?? 'nothing')}`);
		}
		assert.deepEqual(wrong, []);
		const said = cases.filter(([, , expected]) => expected instanceof RegExp).length;
		return `${cases.length} cells, ${cases.length - said} stored as expected, ${said} explained and unchanged`;
	}

	try {
		await steps.step('CSV with a byte order mark and CRLF, Cudo Compute', async () => await run('cudoCompute', 'csv', ofCudoCompute));
		await steps.step('CSV with a byte order mark and CRLF, UserHub', async () => await run('userHub', 'csv', ofUserHub));
		await steps.step('the same texts in a workbook, Cudo Compute', async () => await run('cudoCompute', 'xlsx', ofCudoCompute));
		await steps.step('the same texts in a workbook, UserHub', async () => await run('userHub', 'xlsx', ofUserHub));
		await steps.step('numbers, truth values, a date and errors in a workbook', async () => await run('cudoCompute', 'xlsx', ofWorkbook));
	} finally {
		server.close();
		server.closeAllConnections();
		cudoCompute.reset();
		userHub.reset();
	}
}
