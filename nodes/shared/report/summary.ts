import { writtenOut } from '../fields/record';
import type { Change, FieldValue, Result } from '../service';
import { countOutcomes, countsInWords } from './counts';

/** Results in words: as plain text for a message, as Markdown for a chat, and as a table for a form or an e-mail, which show HTML and no Markdown. */
export interface Summary {
	text: string;
	markdown: string;
	html: string;
}

/** A value as a person reads it. */
function shown(value: FieldValue | null): string {
	if (value === null) return '(empty)';
	return Array.isArray(value) ? value.map(writtenOut).join(', ') : writtenOut(value);
}

/** A text without line ends and control characters: a line of its own would look like another account. */
function onOneLine(text: string): string {
	return text.replace(/[\p{Cc}\s]+/gu, ' ');
}

/** A text in a cell of a Markdown table: what would end the cell, or be taken for markup, is not. */
function cell(text: string): string {
	return onOneLine(text)
		.replace(/&/g, '&amp;')
		.replace(/</g, '&lt;')
		.replace(/[\\|`*_[\]~]/g, (character) => `\\${character}`);
}

/** A row of an HTML table. */
function rowInHtml(row: string[], tag: 'td' | 'th'): string {
	const cells = row.map((text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;'));
	return `<tr>${cells.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
}

/** An account as a person knows it: `Acme Ltd (acme)`. */
function accountInWords({ accountName, target }: Result): string {
	const id = target?.id ?? 'no account';
	return accountName && accountName !== id ? `${accountName} (${id})` : id;
}

const changeInWords = ({ label, from, to }: Change) => `${label} ${shown(from)} → ${shown(to)}`;

/** Whether the update asks for what the account held before. Where it was not read, nobody knows. */
const changesNothing = ({ outcome, changes }: Result) => changes?.length === 0 && (outcome === 'planned' || outcome === 'updated');

function lineOf(result: Result): string {
	const { outcome, changes = [], failure } = result;
	const what = changes.length > 0 ? changes.map(changeInWords).join('; ') : changesNothing(result) ? 'no change' : '';
	const told = [what, outcome === 'planned' ? '' : outcome, failure?.summary ?? ''].filter(Boolean).join(' – ');
	return onOneLine(`${accountInWords(result)}: ${told}`);
}

function rowsOf(result: Result): string[][] {
	const { outcome, changes = [], failure } = result;
	const told = [outcome, failure?.summary].filter(Boolean).join(': ');
	const account = accountInWords(result);
	if (changes.length === 0) return [[account, changesNothing(result) ? '(no change)' : '', '', '', told]];
	return changes.map(({ label, from, to }) => [account, label, shown(from), shown(to), told]);
}

/** What became of accounts, or is planned for them, in words. */
export function summaryOf(results: Result[]): Summary {
	const counts = countsInWords(countOutcomes(results));
	const heading = results.length === 1 ? [] : [`${results.length} updates: ${counts}`];
	const columns = ['Account', 'Field', 'From', 'To', 'Outcome'];
	const rows = results.flatMap(rowsOf);
	const inMarkdown = (row: string[]) => `| ${row.join(' | ')} |`;
	const table = [columns, columns.map(() => '---'), ...rows.map((row) => row.map(cell))].map(inMarkdown);
	// n8n's forms show a table without lines and with hardly any space: the arrow keeps the two values apart.
	const body = rows.map(([account, field, from, to, told]) => rowInHtml([account, field, from, to && `→\u00a0${to}`, told], 'td')).join('');
	return {
		text: [...heading, ...results.map(lineOf)].join('\n'),
		markdown: [...heading, ...(heading.length > 0 ? [''] : []), ...table].join('\n'),
		html: `${heading.map((text) => `<p>${text}</p>`).join('')}<table><thead>${rowInHtml(columns, 'th')}</thead><tbody>${body}</tbody></table>`,
	};
}
