/** The form in which a credential is made and tested. */
import type { Locator, Page } from 'playwright-core';
import { closeToasts } from './toasts.mts';

export type Verdict = { connected: true } | { connected: false; message: string };

export class CredentialForm {
	readonly form: Locator;

	constructor(private readonly page: Page) {
		this.form = page.getByTestId('editCredential-modal');
	}

	/** Opens the form for a new credential of the node whose form is open. */
	static async openNew(page: Page): Promise<CredentialForm> {
		const first = page.getByTestId('node-credentials-empty-state');
		const list = page.getByTestId('node-credentials-select');
		await first.or(list).first().waitFor();
		if (await first.isVisible()) {
			await first.click();
		} else {
			await list.click();
			await page.getByTestId('node-credentials-select-item-new').click();
		}
		return await CredentialForm.opened(page);
	}

	/** Opens the credential that the node has; n8n tests it at once. */
	static async openCurrent(page: Page): Promise<CredentialForm> {
		await page.getByTestId('credential-edit-button').click();
		return await CredentialForm.opened(page);
	}

	private static async opened(page: Page): Promise<CredentialForm> {
		const form = new CredentialForm(page);
		await form.form.waitFor();
		return form;
	}

	/** Chooses how to sign in, where the node has several ways. */
	async chooseMode(name: string): Promise<void> {
		await this.form.getByTestId('credential-mode-dropdown-trigger').click();
		await this.page.getByRole('menuitem').filter({ hasText: name }).first().click();
	}

	async fill(field: string, text: string): Promise<void> {
		await this.form.getByTestId(`parameter-input-${field}`).locator('input').fill(text);
	}

	async choose(field: string, option: string): Promise<void> {
		await this.form.getByTestId(`parameter-input-${field}`).click();
		// The entries of a credential's lists carry their description too.
		await this.page.getByRole('option').filter({ hasText: option, visible: true }).first().click();
	}

	/** Saves, and waits until n8n has tested the credential, as it does by itself. */
	async save(): Promise<void> {
		const tested = this.page.waitForResponse((response) => response.url().endsWith('/rest/credentials/test'));
		const button = this.form.getByTestId('credential-save-button');
		await button.click();
		await tested;
		// The verdict of an earlier test stands there until the button is no longer busy.
		await button.locator('[aria-busy="true"]').waitFor({ state: 'hidden' });
	}

	/** What the test of the credential says. */
	async verdict(): Promise<Verdict> {
		const good = this.form.getByText('Connection tested successfully');
		const failure = 'Couldn’t connect with these settings';
		const bad = this.form.getByText(failure);
		await good.or(bad).first().waitFor();
		if (await good.isVisible()) return { connected: true };
		const more = this.form.getByText('More details', { exact: true });
		if (await more.isVisible()) await more.click();
		// The headline and the Retry button stand in a row, the message below it.
		const box = this.form.locator('.el-tag').filter({ hasText: failure });
		const lines = (await box.innerText()).split('\n').map((line) => line.trim());
		return { connected: false, message: lines[lines.length - 1] };
	}

	/** Waits until the form closes by itself, as it does when a new credential passed its test. */
	async closesByItself(): Promise<void> {
		await this.form.waitFor({ state: 'hidden' });
		await closeToasts(this.page);
	}

	async close(): Promise<void> {
		await this.form.locator('.el-dialog__headerbtn').click();
		await this.form.waitFor({ state: 'hidden' });
		await closeToasts(this.page);
	}
}
