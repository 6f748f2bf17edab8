import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { cudoCompute } from '../../nodes/CudoCompute/service.ts';
import { notesInWords } from '../../nodes/shared/plan/notes.ts';
import { planUpdates } from '../../nodes/shared/plan/planUpdates.ts';
import { executeContext } from '../support/engine.mts';

/** Whatever the items and parameters: a value that names a mapped field, or nearly does, is sent, or its item is an error; others are in a hint. */

const OBJECTS = ['billingAddress', 'creditBalanceRecharge', 'taxId'];
const texts = cudoCompute.fields.all.filter(({ type }) => type === 'text').map(({ path }) => path);
/** The entry of Fields to Map that a path belongs to: the transaction has one of its own. */
const entryOf = (path: string) => /^(creditBalanceRecharge\.transaction|[^.]+)/.exec(path)![0];
const mappable = [...new Set(cudoCompute.fields.all.map(({ path }) => entryOf(path)))];

const words = (path: string) => path.replace(/[A-Z.]/g, (mark) => (mark === '.' ? ' ' : ` ${mark}`));

/** How a column for a path may be called: its name, or nearly. */
const SPELLINGS: Record<string, (path: string) => string> = {
	exact: (path) => path,
	spaced: words,
	snake: (path) => words(path).replace(/ /g, '_').toLowerCase(),
	capitals: (path) => path.toUpperCase(),
	byteOrderMark: (path) => `\ufeff${path}`,
	trailingSpace: (path) => `${path} `,
};

interface Cell {
	path: string;
	spelling: string;
	/** Inside its object, as an object or as JSON text, and not under a key of its own. */
	form: 'column' | 'nested' | 'text';
	isBlank: boolean;
}

const cell: fc.Arbitrary<Cell> = fc.record({
	path: fc.constantFrom(...texts),
	spelling: fc.oneof({ weight: 3, arbitrary: fc.constant('exact') }, { weight: 1, arbitrary: fc.constantFrom(...Object.keys(SPELLINGS)) }),
	form: fc.constantFrom('column' as const, 'nested' as const, 'text' as const),
	isBlank: fc.boolean(),
});

const cells = fc.uniqueArray(cell, { minLength: 1, maxLength: 5, selector: ({ path }) => path });

/** The item that has the cells. A cell inside an object keeps its spelling for the last part. */
function itemOf(given: Cell[]): IDataObject {
	const item: IDataObject = {};
	given.forEach(({ path, spelling, form, isBlank }, index) => {
		const value = isBlank ? '' : `value ${index}`;
		const [top, ...rest] = path.split('.');
		if (form === 'column' || rest.length !== 1 || !OBJECTS.includes(top)) {
			item[SPELLINGS[spelling](path)] = value;
			return;
		}
		const inner = typeof item[top] === 'string' ? (JSON.parse(item[top]) as IDataObject) : ((item[top] ?? {}) as IDataObject);
		inner[SPELLINGS[spelling](rest[0])] = value;
		item[top] = form === 'text' ? JSON.stringify(inner) : inner;
	});
	return item;
}

test('nothing that is asked vanishes (Auto-Map)', () => {
	fc.assert(
		fc.property(fc.array(cells, { minLength: 1, maxLength: 3 }), fc.subarray(mappable, { minLength: 1 }), (rows, fieldsToMap) => {
			const context = executeContext({
				node: 'cudoCompute',
				parameters: {
					billingAccountId: { __rl: true, mode: 'id', value: 'acme' },
					dataToSend: 'autoMapInputData',
					fieldsToMap,
				},
				items: rows.map(itemOf),
			});
			const { planned, invalid, notes } = planUpdates(context, cudoCompute, context.getInputData());
			expect(planned.length + invalid.length).toBe(rows.length);
			const hints = notesInWords(notes).join(' ');
			for (const { itemIndex, changes } of planned) {
				rows[itemIndex].forEach(({ path, spelling, isBlank }, index) => {
					if (isBlank) expect(changes.set.has(path)).toBe(false);
					else if (fieldsToMap.includes(entryOf(path))) expect(changes.set.get(path)).toBe(`value ${index}`);
					else if (spelling === 'exact') expect(hints).toContain(entryOf(path));
				});
			}
		}),
		{ numRuns: 500 },
	);
}, 120_000);
