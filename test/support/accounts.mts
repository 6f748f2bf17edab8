import type { IDataObject, INodeParameters } from 'n8n-workflow';

import type { StoredCredentials } from './engine.mts';
import type { NodeName } from './installation.mts';

/** What the tests need to know to address one account of each service. */
interface Account {
	baseUrl: string;
	/** Data of the credential most people use. */
	credentials: StoredCredentials;
	/** Parameters that select the account. */
	selection: INodeParameters;
	/** Method-less route of the account, below the base URL. */
	route: string;
	/** Query of its requests. */
	query: Record<string, string>;
	/** Headers that its credential adds. */
	headers: Record<string, string>;
	/** A record as the service would show it. */
	record: IDataObject;
}

/** One account at each service. */
export const accounts: Record<NodeName, Account> = {
	aodocs: {
		baseUrl: 'https://aodocs.altirnao.com/api',
		credentials: { aodocsSecurityCodeApi: { securityCode: 'security-code-1' } },
		selection: {},
		route: '/domain/v1beta1/billingStatus',
		query: {},
		headers: { authorization: 'securityCode security-code-1' },
		record: {
			kind: 'aodocs#billingStatus',
			maxSeats: 250,
			portalUrl: 'https://billing.example.com/acme',
			type: 'STANDARD',
		},
	},
	cudoCompute: {
		baseUrl: 'https://rest.compute.cudo.org',
		credentials: { cudoComputeApi: { apiKey: 'cudo-api-key-1' } },
		selection: { billingAccountId: { __rl: true, mode: 'id', value: 'acme-billing' } },
		route: '/v1/billing-accounts/acme-billing',
		query: {},
		headers: { authorization: 'Bearer cudo-api-key-1' },
		record: {
			id: 'acme-billing',
			displayName: 'Acme Ltd',
			billingAddress: {
				name: 'Acme Ltd',
				line1: '1 High Street',
				line2: '',
				city: 'London',
				state: '',
				postalCode: 'N1 1AA',
				country: 'GB',
				phone: '+442012345678',
			},
			taxId: { id: 'txi_1', type: 'gb_vat', value: 'GB123456789' },
			paymentTerms: 'PAYMENT_TERMS_PREPAID',
			state: 'STATE_ACTIVE',
			billingThreshold: { value: '100' },
			creditBalance: { value: '25.50' },
			creditBalanceRecharge: { autoRecharge: true, low: { value: '10' }, high: { value: '50' } },
			hourlySpendLimit: { value: '5' },
			hourlySpendRate: { value: '0.4' },
			monthlySpend: '120.10',
			monthlySpendLimit: { value: '1000' },
			nextInvoiceTotal: { value: '120.10' },
			stripeRef: 'cus_1',
			createBy: 'ann',
			createTime: '2025-01-31T09:00:00Z',
		},
	},
	userHub: {
		baseUrl: 'https://api.userhub.com',
		credentials: { userHubApi: { userApiKey: 'user-api-key-1', userAccessToken: 'access-token-1' } },
		selection: { accountOf: 'organization', organizationId: { __rl: true, mode: 'id', value: 'org_1' } },
		route: '/user/v1/billingAccount',
		query: { organizationId: 'org_1' },
		headers: {
			authorization: 'Bearer access-token-1',
			'userhub-api-key': 'user-api-key-1',
			'userhub-api-version': '2025-05-01',
		},
		record: {
			state: 'USER_MANAGED',
			displayName: 'Acme',
			email: 'billing@acme.example',
			phoneNumber: '+12125550123',
			address: {
				lines: ['42 Wallaby Way', 'Floor 2'],
				city: 'New York',
				state: 'NY',
				postalCode: '10001',
				country: 'US',
			},
			currencyCode: 'USD',
			balanceAmount: '0',
			checkouts: [],
			paymentMethods: [],
		},
	},
};

/** Headers of a request with a JSON body. */
export const jsonHeaders = (name: NodeName) => ({ ...accounts[name].headers, 'content-type': 'application/json' });
