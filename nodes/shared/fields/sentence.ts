/** A text as a sentence, whatever a service's or n8n's own words end with. */
export function asSentence(text: string): string {
	return /[.!?…]["'”’»)]*$/.test(text) ? text : `${text.replace(/[\s:;,]+$/, '')}.`;
}
