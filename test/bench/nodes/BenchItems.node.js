/** Hands out as many items as asked, each for an account of its own unless fewer accounts are given. Only for the benchmark. */
class BenchItems {
	constructor() {
		this.description = {
			displayName: 'Bench Items',
			name: 'benchItems',
			group: ['transform'],
			version: 1,
			description: 'Hands out items',
			defaults: { name: 'Bench Items' },
			inputs: ['main'],
			outputs: ['main'],
			properties: [
				{ displayName: 'Count', name: 'count', type: 'number', default: 100 },
				{ displayName: 'Accounts', name: 'accounts', type: 'number', default: 0 },
				{ displayName: 'Prefix', name: 'prefix', type: 'string', default: 'account' },
			],
		};
	}

	async execute() {
		const count = this.getNodeParameter('count', 0);
		const accounts = this.getNodeParameter('accounts', 0) || count;
		const prefix = this.getNodeParameter('prefix', 0);
		const items = Array.from({ length: count }, (_, index) => ({
			json: { account: `${prefix}-${index % accounts}`, displayName: 'Acme', email: 'billing@example.com' },
			pairedItem: { item: 0 },
		}));
		return [items];
	}
}

module.exports = { BenchItems };
