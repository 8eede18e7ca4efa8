// The client: starts the language server, and keeps beside a text what it leads to.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { Beside } = require("./beside");

/** @type {LanguageClient | undefined} */
let client;

/** @param {import("vscode").ExtensionContext} context */
async function activate(context) {
  const settings = vscode.workspace.getConfiguration("haiten");
  const [command, ...args] = settings.get("command", ["haiten", "lsp"]);
  client = new LanguageClient("haiten", "haiten", { command, args }, {
    documentSelector: ["file", "untitled"].map((scheme) => ({ language: "haiten", scheme })),
    initializationOptions: { cutoffs: settings.get("cutoffs", ""), base: settings.get("base", "") },
  });
  const beside = new Beside(client);
  context.subscriptions.push(beside, ...beside.commands());
  try {
    await client.start();
  } catch (error) {
    const told = `haiten を始められません（${[command, ...args].join(" ")}）。設定 haiten.command を確かめてください`;
    void vscode.window.showErrorMessage(`${told}: ${error instanceof Error ? error.message : error}`);
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
