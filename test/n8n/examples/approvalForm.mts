/** The form in which a person approves a change: found by the link that was sent to the chat. */
import type { BrowserContext, Page } from 'playwright-core';
import type { N8nApi } from '../../../demo/n8nApi.mts';
import { until } from '../../../demo/until.mts';
import type { Websites } from './websites.mts';

/** The link in the last message of the chat, once it has come. */
export async function linkInChat({ messages }: Websites): Promise<string> {
	return await until('the chat has a message with a link', () => /https?:\/\/\S+$/.exec(messages.at(-1) ?? '')?.[0]);
}

/** Waits until an execution waits for a person. A person is asked a moment before that, and n8n takes no answer until then. */
export async function untilItWaits(api: N8nApi, executionId: string): Promise<void> {
	await until('the execution waits', async () => (await api.statusOf(executionId)) === 'waiting');
}

/** Opens the form of an execution. */
export async function openApprovalForm(window: BrowserContext, api: N8nApi, executionId: string, websites: Websites): Promise<Page> {
	const link = await linkInChat(websites);
	await untilItWaits(api, executionId);
	const page = await window.newPage();
	await page.goto(link);
	await page.getByRole('button', { name: 'Submit' }).waitFor();
	return page;
}

/** Decides, and waits until the form says that it was sent. */
export async function decide(form: Page, decision: 'Apply' | 'Reject'): Promise<void> {
	await form.locator('select').selectOption({ label: decision });
	await form.getByRole('button', { name: 'Submit' }).click();
	await form.getByText('Form Submitted').waitFor();
}
