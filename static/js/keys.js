// The key's page: reloading must not make another key, and revoking asks first.

if (document.getElementById("made")) history.replaceState(null, "", location.href);

for (const form of document.querySelectorAll(".revoke")) {
  form.addEventListener("submit", (event) => {
    if (!confirm("Revoke this key? Programs that use it will be refused at once.")) event.preventDefault();
  });
}
