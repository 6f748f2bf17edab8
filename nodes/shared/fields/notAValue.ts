import { trimAll } from './invisible';

/** Why a text, whatever field it is for, is no value that anybody meant; to follow the field's name. */
export interface NotAValue {
	fault: string;
	remedy: string;
}

const FAILED: NotAValue = {
	fault: 'is not a value but what a failed expression leaves',
	remedy: 'Mend the expression or the step before. To leave the field alone, make it blank.',
};
const CELL_ERROR: NotAValue = {
	fault: 'is not a value but the error of a spreadsheet cell',
	remedy: "Mend the cell's formula. To leave the field alone, make the cell empty.",
};
const WORD_FOR_NOTHING: NotAValue = {
	fault: 'is not a value but a word for nothing',
	remedy: 'To leave the field alone, make it blank. To erase it, choose it in Fields to Clear, where the node has that.',
};
const NOT_EVALUATED: NotAValue = {
	fault: 'is an expression that was not evaluated',
	remedy: 'Switch the parameter from Fixed to Expression, or mend the step before.',
};
const DAMAGED: NotAValue = {
	fault: 'holds a character that could not be read',
	remedy: 'The file was probably read in the wrong encoding: read it as UTF-8, or as what it was saved in.',
};

/** What JavaScript, and programs in Python or Go, write for a value that is missing or broken. */
const FAILED_TEXTS = new Set(['undefined', 'null', '(null)', 'nan', 'invalid date', 'invalid datetime', 'infinity', '-infinity', '<nil>']);
/** Excel, LibreOffice and Google Sheets, in the languages whose words differ. */
const CELL_ERRORS = new Set(
	(
		'#N/A #N/A! #NA #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #ERROR! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #UNKNOWN! #BUSY! #EXTERNAL! ' +
		'#GETTING_DATA #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #FEHLER! #N/D #N/D! #VALEUR! #NOM? #NOMBRE! #NUL! #¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! ' +
		'#¡NULO! #VALORE! #NOME? #NB #VERW! #WAARDE! #NAAM? #DEEL/0! #GETAL! #LEEG!'
	).split(' '),
);

/**
 * What is wrong with a text, or a number, that is no value: it is left over from a failed expression or formula, a word for nothing, or damaged.
 *
 * @returns undefined when it may be a value
 */
export function notAValue(value: unknown): NotAValue | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? undefined : FAILED;
	if (Array.isArray(value)) return value.map(notAValue).find(Boolean);
	if (typeof value !== 'string') return undefined;
	const text = trimAll(value);
	if (text.length <= 16) {
		if (FAILED_TEXTS.has(text.toLowerCase())) return FAILED;
		if (text.startsWith('#') && CELL_ERRORS.has(text.toUpperCase())) return CELL_ERROR;
		if (text === 'None' || text.toLowerCase() === 'n/a') return WORD_FOR_NOTHING;
	}
	if (text.includes('[object ') && /\[object \w+\]/.test(text)) return FAILED;
	if (text.includes('{{') && text.includes('}}', text.indexOf('{{'))) return NOT_EVALUATED;
	return /[\uFFFD\p{Surrogate}]/u.test(text) ? DAMAGED : undefined;
}
