// The client: starts the language server, and shows the 新旧対照表 of a revision beside it.
"use strict";

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;
/** @type {Map<string, import("vscode").WebviewPanel>} */
const panels = new Map();

/** @param {import("vscode").ExtensionContext} context */
async function activate(context) {
  const settings = vscode.workspace.getConfiguration("haiten");
  const [command, ...args] = settings.get("command", ["haiten", "lsp"]);
  const server = { command, args, transport: TransportKind.stdio };
  client = new LanguageClient("haiten", "haiten", server, {
    documentSelector: [{ language: "haiten", scheme: "file" }],
    initializationOptions: { cutoffs: settings.get("cutoffs", "") },
  });
  context.subscriptions.push(
    vscode.commands.registerCommand("haiten.showComparison", () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document?.languageId === "haiten") return show(document.uri);
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (panels.has(document.uri.toString())) return show(document.uri);
    }),
  );
  try {
    await client.start();
  } catch (error) {
    const told = `haiten を始められません（${[command, ...args].join(" ")}）。設定 haiten.command を確かめてください`;
    void vscode.window.showErrorMessage(`${told}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Show the comparison of a file with what it amends, or say why there is none.
 * @param {import("vscode").Uri} uri
 */
async function show(uri) {
  if (client === undefined) return;
  const key = uri.toString();
  const answer = await client.sendRequest("haiten/comparison", { uri: key });
  if (answer.reason !== null) {
    void vscode.window.showInformationMessage(answer.reason);
    return;
  }
  let panel = panels.get(key);
  if (panel === undefined) {
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    // The page is complete without a script; none is run.
    panel = vscode.window.createWebviewPanel("haiten.comparison", answer.title, beside, { enableScripts: false });
    panel.onDidDispose(() => panels.delete(key));
    panels.set(key, panel);
  }
  panel.title = answer.title;
  panel.webview.html = answer.html;
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
