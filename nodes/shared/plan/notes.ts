/** What was left out of the updates of a run without being wrong. */
export type PlanNote =
	/** A part of Update Fields, or Read-Only Fields, that an expression gives was blank. */
	| { kind: 'blank'; field: string; itemCount: number; ofItems: number }
	/** An object of these was added without any part. */
	| { kind: 'empty'; field: string; itemCount: number; ofItems: number }
	/** A field that items have under its own name is not among Fields to Map. */
	| { kind: 'notMapped'; field: string; itemCount: number; ofItems: number };

/** What was left out of one item. */
export interface LeftOut {
	blank: string[];
	empty: string[];
	notMapped: string[];
}

/** Counts what was left out, field by field, in the order in which the fields first came. */
export function notesOf(leftOut: LeftOut[], ofItems: number): PlanNote[] {
	const notes = new Map<string, PlanNote>();
	const count = (kind: PlanNote['kind'], field: string) => {
		const name = `${kind} ${field}`;
		const note = notes.get(name) ?? { kind, field, itemCount: 0, ofItems };
		note.itemCount += 1;
		notes.set(name, note);
	};
	for (const { blank, empty, notMapped } of leftOut) {
		for (const field of blank) count('blank', field);
		for (const field of empty) count('empty', field);
		for (const field of notMapped) count('notMapped', field);
	}
	return [...notes.values()];
}

/** The notes in sentences, one for each kind, for a hint under the output. */
export function notesInWords(notes: PlanNote[]): string[] {
	const counted = (kind: PlanNote['kind']) =>
		notes
			.filter((note) => note.kind === kind)
			.map(({ field, itemCount, ofItems }) => `${field} (${itemCount} of ${ofItems} ${ofItems === 1 ? 'item' : 'items'})`)
			.join(', ');
	const sentences: string[] = [];
	const blank = counted('blank');
	if (blank !== '') {
		sentences.push(
			`Blank, and therefore left out: ${blank}. A blank value never erases anything. If these were to have values, check their expressions.`,
		);
	}
	const empty = counted('empty');
	if (empty !== '') {
		sentences.push(
			`Added without any part, so nothing of it was sent: ${empty}. n8n drops an expression that is given for a whole object: give each part its own, or use Auto-Map.`,
		);
	}
	const notMapped = counted('notMapped');
	if (notMapped !== '') {
		sentences.push(`In the input under its own name, but not chosen in Fields to Map, so not sent: ${notMapped}.`);
	}
	return sentences;
}
