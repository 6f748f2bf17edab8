/** A row as n8n's Extract From File gives it: texts under the names of the header row, without the empty cells. */
export type Row = Record<string, string>;

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows as CSV (RFC 4180), with a header row. */
export function toCsv(columns: string[], rows: Row[]): string {
	const line = (cells: string[]) => `${cells.map(quoted).join(',')}\r\n`;
	return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? ''))).join('');
}

function cellsOf(csv: string): string[][] {
	const lines: string[][] = [];
	let cells: string[] = [];
	for (const [, inQuotes, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|$)/g)) {
		cells.push(inQuotes?.replaceAll('""', '"') ?? plain);
		if (end === ',') continue;
		if (cells.length > 1 || cells[0] !== '') lines.push(cells);
		cells = [];
	}
	return lines;
}

/**
 * Reads CSV as Extract From File does in its default settings. The node itself is in n8n-nodes-base, which the tests do not install: every cell
 * stays a text, the names come from the first line, empty lines are skipped and empty cells are left out.
 */
export function fromCsv(csv: string): Row[] {
	const [columns, ...lines] = cellsOf(csv);
	return lines.map((cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index]]).filter(([, cell]) => cell !== '')));
}
