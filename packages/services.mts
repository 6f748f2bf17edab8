/** What is particular to the package of each service. Everything else is taken from this repository. */
export interface SinglePackage {
	/** The package on npm, and its repository. */
	name: string;
	/** Its node's folder below nodes/, which credentials and icons are named after. */
	node: string;
	/** The service as people read it. */
	service: string;
	/** Its contract, without `.yaml`. */
	contract: string;
	/** What the node updates, in a few words that follow "update". */
	updates: string;
	/** What Get Many lists, where the node has it. */
	lists?: string;
	/** Beside those that the package of all three has for no service. */
	keywords: string[];
}

export const packages: SinglePackage[] = [
	{
		name: 'n8n-nodes-aodocs-billing',
		node: 'Aodocs',
		service: 'AODocs',
		contract: 'aodocs',
		updates: 'the billing status of an AODocs domain',
		keywords: ['aodocs', 'seats', 'licenses'],
	},
	{
		name: 'n8n-nodes-cudo-compute-billing',
		node: 'CudoCompute',
		service: 'Cudo Compute',
		contract: 'cudo-compute',
		updates: 'billing accounts at Cudo Compute',
		lists: 'billing accounts',
		keywords: ['cudo-compute', 'billing-address', 'spend-limit'],
	},
	{
		name: 'n8n-nodes-userhub-billing',
		node: 'UserHub',
		service: 'UserHub',
		contract: 'userhub',
		updates: 'billing accounts at UserHub',
		lists: 'organizations',
		keywords: ['userhub', 'billing-address', 'organization'],
	},
];

/** The name of a node or a credential type, after its class: `UserHubApi` is `userHubApi`. */
export const typeName = (className: string) => className[0].toLowerCase() + className.slice(1);
