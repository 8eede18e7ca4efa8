// What stands beside a text: the amendment of a whole text (or the whole text of an amendment) as a document that
// cannot be written in, and a page with the totals and the 対照表. The server tells when they are others.
"use strict";

const vscode = require("vscode");

/**
 * What the server answers (docs/editor.md).
 * @typedef {{title: string, stale: boolean, text: string, html: string, notes: string[], target: string | null,
 *   reason: string | null}} Answer
 */

/** The documents, by their schemes: the request that makes them, and what they are called. */
const TEXTS = {
  "haiten-amendment": { request: "haiten/amendment", called: "改める文" },
  "haiten-consolidated": { request: "haiten/consolidated", called: "溶け込ませた全文" },
};

class Beside {
  /** @param {import("vscode-languageclient/node").LanguageClient} client */
  constructor(client) {
    this.client = client;
    /** @type {Map<string, {panel: import("vscode").WebviewPanel, turn: number}>} */
    this.panels = new Map();
    /** @type {import("vscode").EventEmitter<import("vscode").Uri>} */
    this.changed = new vscode.EventEmitter();
    client.onNotification("haiten/renewed", ({ uri }) => this.renew(vscode.Uri.parse(uri)));
    const provider = { onDidChange: this.changed.event, provideTextDocumentContent: (uri) => this.text(uri) };
    this.parts = Object.keys(TEXTS).map((scheme) =>
      vscode.workspace.registerTextDocumentContentProvider(scheme, provider));
  }

  dispose() {
    for (const part of [...this.parts, this.changed]) part.dispose();
    for (const { panel } of this.panels.values()) panel.dispose();
  }

  /** The commands, each of the rule file that is being written. */
  commands() {
    const beside = vscode.ViewColumn.Beside;
    const made = {
      openDesk: (uri) => this.openDesk(uri),
      showText: (uri) => this.showText(uri, beside),
      showPreview: (uri) => this.showPreview(uri, beside),
      openDraft: (uri) => this.openDraft(uri),
      writeAmendment: (uri) => this.writeAmendment(uri),
    };
    return Object.entries(made).map(([name, run]) => vscode.commands.registerCommand(`haiten.${name}`, () => {
      const document = vscode.window.activeTextEditor?.document;
      const written = ["file", "untitled"].includes(document?.uri.scheme ?? "");
      if (document?.languageId === "haiten" && written) return run(document.uri);
      return vscode.window.showInformationMessage("評価指標のファイル（.haiten）を開いてから選んでください");
    }));
  }

  /**
   * @param {string} request
   * @param {import("vscode").Uri} uri
   * @returns {Promise<Answer>}
   */
  ask(request, uri) {
    return this.client.sendRequest(request, { uri: this.client.code2ProtocolConverter.asUri(uri) });
  }

  /** The text on the left; on the right what it leads to, above the totals and the 対照表. */
  async openDesk(uri) {
    await vscode.commands.executeCommand("vscode.setEditorLayout", {
      orientation: 0, groups: [{ size: 0.5 }, { size: 0.5, groups: [{ size: 0.4 }, { size: 0.6 }] }],
    });
    await this.showText(uri, vscode.ViewColumn.Two);
    await this.showPreview(uri, vscode.ViewColumn.Three);
  }

  /** The amendment of a whole text, the whole text of an amendment, or why there is neither. */
  async showText(uri, viewColumn) {
    const answer = await this.ask("haiten/amendment", uri);
    const other = answer.reason === null ? answer : await this.ask("haiten/consolidated", uri);
    if (other.reason !== null) {
      void vscode.window.showInformationMessage(answer.reason);
      return;
    }
    const scheme = answer.reason === null ? "haiten-amendment" : "haiten-consolidated";
    const shown = { viewColumn, preserveFocus: true, preview: false };
    const document = await vscode.workspace.openTextDocument(named(scheme, uri));
    await vscode.window.showTextDocument(document, shown);
  }

  /** A document: what has to be said of it stands before it, as notes of the language. */
  async text(virtual) {
    const answer = await this.ask(TEXTS[virtual.scheme].request, vscode.Uri.parse(virtual.query));
    const told = answer.reason === null ? answer.notes : [answer.reason];
    return [...told.map((note) => `# ${note}\n`), answer.text].join("");
  }

  async showPreview(uri, viewColumn) {
    const key = uri.toString();
    const known = this.panels.get(key);
    if (known !== undefined) {
      known.panel.reveal(viewColumn, true);
    } else {
      const where = { viewColumn, preserveFocus: true };
      // The page is complete without a script, and its own policy lets nothing in; none is run.
      const options = { enableScripts: false, localResourceRoots: [] };
      const panel = vscode.window.createWebviewPanel("haiten.preview", "対照表と配点の計", where, options);
      panel.onDidDispose(() => this.panels.delete(key));
      this.panels.set(key, { panel, turn: 0 });
    }
    await this.fill(uri);
  }

  /** Puts into a pane what there is now, unless it was asked for anew meanwhile. */
  async fill(uri) {
    const shown = this.panels.get(uri.toString());
    if (shown === undefined) return;
    const turn = ++shown.turn;
    const answer = await this.ask("haiten/preview", uri);
    if (turn !== shown.turn || this.panels.get(uri.toString()) !== shown) return;
    shown.panel.title = answer.title;
    shown.panel.webview.html = answer.reason === null ? answer.html : page(answer.reason);
  }

  /** What is shown of a file is made anew. */
  renew(uri) {
    for (const scheme of Object.keys(TEXTS)) this.changed.fire(named(scheme, uri));
    void this.fill(uri);
  }

  /** Next year's whole text, in a file of its own, with what it leads to. */
  async openDraft(uri) {
    const answer = await this.ask("haiten/draft", uri);
    if (answer.reason !== null) {
      void vscode.window.showInformationMessage(answer.reason);
      return;
    }
    const { getWorkspaceFolder, workspaceFolders } = vscode.workspace;
    const around = uri.scheme === "file" ? vscode.Uri.joinPath(uri, "..") : workspaceFolders?.[0]?.uri;
    const folder = getWorkspaceFolder(uri)?.uri ?? around;
    const wanted = folder === undefined ? undefined : vscode.Uri.joinPath(folder, "来年度の全文.haiten");
    const file = await vscode.window.showSaveDialog({ defaultUri: wanted, filters: { haiten: ["haiten"] } });
    if (file === undefined) return;
    await vscode.workspace.fs.writeFile(file, Buffer.from(answer.text, "utf8"));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file), { preview: false });
    await this.openDesk(file);
  }

  /** The amendment in a file of its own; not of an older text than the one that is there. */
  async writeAmendment(uri) {
    const answer = await this.ask("haiten/amendment", uri);
    if (answer.reason !== null || answer.stale) {
      void vscode.window.showWarningMessage(answer.reason ?? "誤りを直してから書いてください");
      return;
    }
    const wanted = answer.target === null ? undefined : vscode.Uri.file(answer.target);
    const file = await vscode.window.showSaveDialog({ defaultUri: wanted, filters: { haiten: ["haiten"] } });
    if (file === undefined) return;
    await vscode.workspace.fs.writeFile(file, Buffer.from(answer.text, "utf8"));
    void vscode.window.showInformationMessage([`${file.fsPath} に書きました`, ...answer.notes].join("\n"));
  }
}

/** The address of a document beside a file. */
function named(scheme, uri) {
  const path = `${uri.path.replace(/\.haiten$/, "")} ${TEXTS[scheme].called}.haiten`;
  return vscode.Uri.from({ scheme, path, query: uri.toString() });
}

/** A page that says why there is none. */
function page(reason) {
  const text = reason.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'">`;
  return `<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8">${policy}</head><body><p>${text}</p></body></html>`;
}

module.exports = { Beside };
