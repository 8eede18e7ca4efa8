-- What a person does in Neovim: open R8, break a sentence, undo, go to a definition. Prints what was seen as JSON.
local patience = 30000 -- milliseconds, on a machine that does much else
local seen = {}
local told = 0
vim.api.nvim_create_autocmd("DiagnosticChanged", { callback = function() told = told + 1 end })
vim.cmd.edit("r8/municipal.haiten")
vim.wait(patience, function() return told > 0 end)
seen.first = #vim.diagnostic.get(0)

vim.fn.search("支援.Ⅰ.(ⅰ).6.ウ の配点「2点」")
vim.cmd("silent substitute/2点/9点/")
vim.wait(patience, function() return #vim.diagnostic.get(0) > 0 end)
seen.broken = vim.tbl_map(function(each) return { code = each.code, line = vim.fn.getline(each.lnum + 1) } end, vim.diagnostic.get(0))
vim.cmd("silent undo")
vim.wait(patience, function() return #vim.diagnostic.get(0) == 0 end)
seen.mended = #vim.diagnostic.get(0)

vim.cmd("normal! 0")
vim.fn.search("6.ウ", "c", vim.fn.line("."))
local function colour()
  local found = vim.lsp.semantic_tokens.get_at_pos(0, vim.fn.line(".") - 1, vim.fn.col(".") - 1)
  return found and found[1] and found[1].type
end
vim.wait(patience, colour)
seen.colour = colour()
vim.lsp.buf.definition()
vim.wait(patience, function() return vim.fn.expand("%:p:h:t") ~= "r8" end)
seen.definition = { vim.fn.expand("%:p:h:t"), vim.fn.getline(".") }
seen.errors = vim.v.errmsg
io.stdout:write(vim.json.encode(seen))
vim.cmd("quitall!")
