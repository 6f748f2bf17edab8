/** Who owns the demo's n8n. The password guards nothing: that n8n listens on loopback only and knows only the sandbox. */
import type { Owner } from './n8nApi.mts';

export const demoOwner: Owner = {
	email: 'demo@example.com',
	password: 'Billing-Demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};
