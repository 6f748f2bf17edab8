/** Names whose words are not those that the editor shows. */
const SHOWN: Readonly<Record<string, string>> = {
	billingAccountId: 'Billing Account',
	organizationId: 'Organization',
	portalUrl: 'Portal URL',
	refuseChangesAbove: 'Refuse Changes Above (%)',
	taxId: 'Tax ID',
	transactionId: 'Transaction ID',
};

/** A parameter as the editor shows it: `updateFields.displayName` is Update Fields > Display Name. */
export function parameterInWords(path: string): string {
	return path
		.replace(/^(billingAccountId|organizationId)\.value$/, '$1')
		.split('.')
		.map((name) => SHOWN[name] ?? name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase()))
		.join(' > ');
}
