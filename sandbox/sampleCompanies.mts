const NAMES = [
	'Acme',
	'Birchwood',
	'Cobalt Works',
	'Dunes & Daughters',
	'Eastbank',
	'Ferrous',
	'Greyfriars',
	'Harbour Lane',
	'Indigo Foods',
	'Juniper Labs',
	'Kestrel Air',
	'Lowland Dairy',
	'Meridian',
	'Northgate',
	'Oakfield',
	'Pemberton',
	'Quarry Stone',
	'Ravenhill',
	'Saltmarsh',
	'Thornbury',
	'Upland Wool',
	'Verdigris',
	'Westerly',
	'Yarrow',
	'Zephyr Sails',
];

/** Made-up companies, always the same: a name to show, and the same in letters, digits and hyphens. */
export function sampleCompanies(count: number): { name: string; slug: string }[] {
	return Array.from({ length: count }, (_, index) => {
		const round = Math.floor(index / NAMES.length) + 1;
		const name = `${NAMES[index % NAMES.length]}${round > 1 ? ` ${round}` : ''}`;
		return { name, slug: name.toLowerCase().replace(/[^a-z0-9]+/g, '-') };
	});
}
