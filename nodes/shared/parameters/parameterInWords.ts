/** Names whose words are not all that the editor shows. */
const SHOWN: Readonly<Record<string, string>> = {
	readOnlyFields: 'Read-Only Fields',
	refuseChangesAbove: 'Refuse Changes Above (%)',
	refusePlansOlderThan: 'Refuse Plans Older Than (Days)',
	refuseRunsAbove: 'Refuse Runs Above (Accounts)',
};

function inWords(name: string): string {
	const words = name.replace(/[A-Z]|\d+/g, ' $&').replace(/^./, (first) => first.toUpperCase());
	return words
		.replace(/ Id$/, ' ID')
		.replace(/ Url$/, ' URL')
		.replace(/ (To|Per) /, (word) => word.toLowerCase());
}

/** A parameter as the editor shows it: `updateFields.taxId` is Update Fields > Tax ID. One that selects an account is called without its Id: `billingAccountId` is Billing Account. */
export function parameterInWords(path: string): string {
	return path
		.replace(/^(\w+)Id(\.value)?$/, '$1')
		.split('.')
		.map((name) => SHOWN[name] ?? inWords(name))
		.join(' > ');
}
