import { parse } from 'csv-parse/sync';

/** A row as n8n's Extract From File gives it: texts under the names of the header row, without the empty cells. */
export type Row = Record<string, string>;

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Rows as CSV (RFC 4180), with a header row. */
export function toCsv(columns: string[], rows: Row[]): string {
	const line = (cells: string[]) => `${cells.map(quoted).join(',')}\r\n`;
	return line(columns) + rows.map((row) => line(columns.map((column) => row[column] ?? ''))).join('');
}

/**
 * Reads CSV as Extract From File does in its default settings, with the parser that it uses. The node itself is in n8n-nodes-base, which the
 * tests do not install: every cell stays a text, the names come from the first line, and empty cells are left out.
 */
export function fromCsv(csv: string): Row[] {
	const rows: Row[] = parse(csv, { columns: true, skip_empty_lines: true });
	return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== '')));
}
