// A call as curl lines that can be pasted into a shell.

import { publicUrl } from "./api.js";

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** Return the command; a file is uploaded by a command of its own before, and `app` is the app that the call goes through. */
export function curlFor({ feature, body, file, app }) {
  const lines = [];
  let json = quote(JSON.stringify(body, null, 1).replace(/\n\s*/g, " "));
  if (file) {
    lines.push(`FILE=$(curl -s ${publicUrl()}/api/user/files -H "Authorization: Bearer $KEY" \\`);
    lines.push(`  -F ${quote(`file=@${file.name}`)} | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')`, "");
    json = json.replace(/"00000000-0000-0000-0000-000000000000"/, `"'$FILE'"`);
  }
  lines.push(`curl -s ${publicUrl()}/api/ai/${feature} -H "Authorization: Bearer $KEY" \\`);
  lines.push(`  -H 'Content-Type: application/json' -H 'Prefer: wait=60'${app ? ` -H 'X-App-Id: ${app}'` : ""} \\`, `  -d ${json}`);
  return lines.join("\n");
}
